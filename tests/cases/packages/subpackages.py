"""A whole package below the package comes, another goes, on disk and in the new source."""
#: reimport pkg
#==> before pkg/__init__.py
from . import gone, stays
def all_parts():
    return gone.part.name, stays.name
#==> before pkg/stays.py
name = "stays old"
#==> before pkg/gone/__init__.py
from . import part
#==> before pkg/gone/part.py
name = "gone"
#==> after pkg/__init__.py
from . import came, stays
def all_parts():
    return came.part.name, stays.name
#==> after pkg/stays.py
name = "stays new"
#==> after pkg/came/__init__.py
from . import part
#==> after pkg/came/part.py
from .. import stays
name = "came with " + stays.name
#==> gone pkg/gone/__init__.py
#==> gone pkg/gone/part.py
#==> use
import sys
import pkg
from pkg import all_parts

def check():
    assert all_parts() == ("came with stays new", "stays new") and all_parts is pkg.all_parts
    assert sorted(n for n in sys.modules if n.startswith("pkg")) == [
        "pkg", "pkg.came", "pkg.came.part", "pkg.stays"]
    assert not hasattr(pkg, "gone") and pkg.came is sys.modules["pkg.came"]
    assert pkg.came.part.stays is pkg.stays
