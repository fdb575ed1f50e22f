"""Methods changed, added and removed, seen by an instance made before."""
#==> before
class Account:
    def __init__(self):
        self.balance = 5
    def show(self):
        return "old %d" % self.balance
    def removed(self):
        pass
#==> after
class Account:
    def __init__(self):
        self.balance = 5
    def show(self):
        return "new %d" % self.doubled()
    def doubled(self):
        return self.balance * 2
#==> use
import m

account = m.Account()
show = account.show

def check():
    assert account.show() == "new 10"
    assert show() == "new 10"
    assert type(account) is m.Account and isinstance(account, m.Account)
    assert not hasattr(account, "removed")
