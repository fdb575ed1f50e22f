"""Names written by hand: __qualname__, __name__, __module__ that are not what they seem."""
#==> before
def public():
    return "old"
public.__module__ = "somewhere.else"
public.__qualname__ = "Other.name"
class C:
    def m(self):
        return "old"
C.__module__ = "somewhere.else"
C.__name__ = "Public"
#==> after
def public():
    return "new"
public.__module__ = "somewhere.else"
public.__qualname__ = "Other.name"
class C:
    def m(self):
        return "new"
C.__module__ = "somewhere.else"
C.__name__ = "Public"
#==> use
from m import public, C

c = C()

def check():
    import m
    assert public() == "new" and public is m.public and public.__qualname__ == "Other.name"
    assert c.m() == "new" and C is m.C and C.__name__ == "Public" and type(c) is C
