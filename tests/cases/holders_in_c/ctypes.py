"""ctypes callbacks: the C function pointer calls the new code."""
#==> before
def callback(x):
    return x + 1
#==> after
def callback(x):
    return x + 1000
#==> use
try:
    import ctypes
except ImportError:
    ctypes = None
import m

if ctypes:
    TYPE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
    pointer = TYPE(m.callback)
    address = ctypes.cast(pointer, ctypes.c_void_p).value

def check():
    assert m.callback(1) == 1001
    if ctypes:
        assert pointer(1) == 1001 and TYPE(address)(1) == 1001
