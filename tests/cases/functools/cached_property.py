"""cached_property: changed, added, removed."""
#==> before
import functools
class C:
    @functools.cached_property
    def changed(self):
        return "old"
    @functools.cached_property
    def removed(self):
        return "old"
#==> after
import functools
class C:
    @functools.cached_property
    def changed(self):
        return "new"
    @functools.cached_property
    def added(self):
        return "new"
#==> use
from m import C

c = C()
prop = vars(C)["changed"]

def check():
    assert c.changed == "new" and c.added == "new" and not hasattr(c, "removed")
    assert vars(c) == {"changed": "new", "added": "new"}
    assert prop.func(c) == "new"
