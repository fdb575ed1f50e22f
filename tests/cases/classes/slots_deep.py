"""Slots more, in instances that hold each other, as keys, in sets and weakly, and in subclasses of many kinds."""
#==> before
class Node:
    __slots__ = ("name", "next", "__weakref__")
    def __init__(self, name, next=None):
        self.name, self.next = name, next
    def path(self):
        return [self.name] + (self.next.path() if self.next else [])
class Value:
    __slots__ = ("n",)
    def __init__(self, n):
        self.n = n
    def __eq__(self, other):
        return type(other) is type(self) and other.n == self.n
    def __hash__(self):
        return hash(self.n)
class Inner(Node):
    pass
#==> after
class Node:
    __slots__ = ("before", "name", "next", "weight", "__weakref__")
    def __init__(self, name, next=None):
        self.name, self.next, self.weight = name, next, 0
    def path(self):
        self.weight = 1
        return ["new " + self.name] + (self.next.path() if self.next else [])
class Value:
    __slots__ = ("more", "n")
    def __init__(self, n):
        self.n = n
    def __eq__(self, other):
        return type(other) is type(self) and other.n == self.n
    def __hash__(self):
        return hash(self.n)
class Inner(Node):
    pass
#==> use
import weakref
import m

class Mixin:
    def mixed(self):
        return "mixed", self.name
class Slotted(m.Node):
    __slots__ = ("z",)
    def path(self):
        return ["slotted"] + super().path()
class Both(m.Inner, Mixin):
    count = 3
class Deep(Slotted):
    pass

c = m.Node("c")
b = m.Node("b", c)
a = m.Node("a", b)
loop = m.Node("loop")
loop.next = loop
slotted, both, deep = Slotted("s", b), Both("both"), Deep("deep", a)
slotted.z, both.any, deep.z, deep.other = 1, 2, 3, c
value = m.Value(7)
keys, found, nested = {b: "b", value: "seven"}, {a, value, both}, ((b, (c,)), [deep])
ref, proxy = weakref.ref(b), weakref.proxy(c)
living = weakref.WeakValueDictionary(b=b)
by = weakref.WeakKeyDictionary({b: "b"})
path = slotted.path
generator = (node.path() for node in (a, deep))

def check():
    assert type(a) is type(b) is type(c) is m.Node and a.next is b and b.next is c
    assert a.path() == ["new a", "new b", "new c"] and a.weight == b.weight == 1
    assert loop.next is loop and type(loop) is m.Node
    assert keys[b] == "b" and keys[value] == "seven" == keys[m.Value(7)] and list(keys) == [b, value]
    assert a in found and value in found and both in found and len(found) == 3
    assert nested[0][0] is b and nested[0][1][0] is c and nested[1][0] is deep
    assert type(slotted) is Slotted and isinstance(slotted, m.Node) and slotted.z == 1
    assert slotted.path() == path() == ["slotted", "new s", "new b", "new c"]
    assert both.mixed() == ("mixed", "both") and both.any == 2 and both.count == 3 and both.path() == ["new both"]
    assert Both.__mro__ == (Both, m.Inner, m.Node, Mixin, object) and Mixin.__subclasses__() == [Both]
    assert deep.path()[:2] == ["slotted", "new deep"] and deep.z == 3 and deep.other is c
    assert issubclass(Deep, Slotted) and Slotted.__slots__ == ("z",) and Deep.__module__ == "use"
    assert ref() is b and proxy.name == "c" and living["b"] is b and by[b] == "b"
    a.before = 5
    assert a.before == 5 and not hasattr(a, "__dict__") and not hasattr(slotted, "__dict__")
    assert [path[0] for path in generator] in ([], ["new a", "slotted"])
