"""The default of a live closure's new parameter is that of the source that was imported, though it is another by then."""
#: without fnptabu: a single reimport, of the source that is read first
#==> before
def make():
    def inner(a): return "before", a
    return inner
#==> after
def make():
    def inner(a, b="first"): return "after", a, b
    return inner
#==> use
import importlib.machinery
import m

inner = m.make()
loader = importlib.machinery.SourceFileLoader
read, last = loader.get_data, []

def get_data(self, path):
    data = read(self, path)
    if path == m.__file__ and b"after" in data:
        last.append(data)
        data = last[0] if len(last) == 1 else data.replace(b"first", b"later")
    return data

loader.get_data = get_data

def check():
    assert inner(0) == ("after", 0, "first"), inner(0)
