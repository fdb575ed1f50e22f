"""Warning filters, which the interpreter's own module holds, with categories of the module."""
#==> before
class Noisy(UserWarning):
    pass
def show(message, category, *rest):
    seen.append(("old", str(message)))
def warn():
    warnings.warn("old text", Noisy)
import warnings
seen = []
#==> after
class Noisy(UserWarning):
    loud = True
def show(message, category, *rest):
    seen.append(("new", str(message)))
def warn():
    warnings.warn("new text", Noisy)
import warnings
seen = []
#==> use
import warnings
import m

warnings.simplefilter("error", m.Noisy)
warnings.showwarning = m.show

def check():
    try:
        m.warn()
    except m.Noisy as e:
        assert str(e) == "new text" and e.loud
    else:
        raise AssertionError("no error")
    warnings.simplefilter("always", m.Noisy)
    m.warn()
    assert m.seen == [("new", "new text")], m.seen
