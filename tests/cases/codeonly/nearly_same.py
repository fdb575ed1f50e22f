"""--code-only: code that differs in one byte, one constant or its table of exceptions alone is updated; what moved is not."""
#: options --code-only
#: without ptab: swapping code only is asked for through the command
#==> before
#
#
#
def multiplied(a, b):
    class K: # on line 5, then 10: the operands of BINARY_OP for * and -
        v = a * b
    return K.v
#
#
#
#
#
#
#
#
#
#
#
#
#
#
def added(a, b):
    class K: # on line 23, then 24: the opcodes of + and - on 3.8
        v = a + b
    return K.v
#
#
#
#
def number():
    class K: # on the line that is its value
        v = 31
    return K.v
def caught():
    try:
        str()
        int('x')
    except ValueError:
        return 1
def moved():
    class K:
        v = 1
        def f(self):
            return self.v
    return K.v
#==> after
#
#
#
#
#
#
#
#
def multiplied(a, b):
    class K: # on line 5, then 10: the operands of BINARY_OP for * and -
        v = a - b
    return K.v
#
#
#
#
#
#
#
#
#
#
def added(a, b):
    class K: # on line 23, then 24: the opcodes of + and - on 3.8
        v = a - b
    return K.v
#
#
#
#
def number():
    class K: # on the line that is its value
        v = 32
    return K.v
def caught():
    try:
        str()
    except ValueError:
        return 1
    else:
        int('x')
def moved():
    class K:
        v = 1
        def f(self):
            return self.v
    return K.v
#==> use
import m

def check():
    assert m.multiplied(5, 2) == m.added(5, 2) == 3
    assert m.number() == 32
    try:
        m.caught()
    except ValueError:
        return
    raise AssertionError("the old code")

def report(json):
    module, = json["modules"]
    assert module["functions"]["updated"] == ["multiplied", "added", "number", "caught"], module["functions"]
