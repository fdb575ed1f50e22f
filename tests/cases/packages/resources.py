"""Data files of the package, read through the module's own loader."""
#: reimport pkg
#==> before pkg/__init__.py
import pkgutil
text = pkgutil.get_data(__name__, "data.txt").decode().strip()
def get():
    return text, pkgutil.get_data(__name__, "data.txt").decode().strip()
#==> before pkg/data.txt
old
#==> after pkg/__init__.py
import pkgutil
text = pkgutil.get_data(__name__, "data.txt").decode().strip()
def get():
    return text, pkgutil.get_data(__name__, "data.txt").decode().strip()
#==> after pkg/data.txt
new
#==> use
import pkg
from pkg import get

def check():
    assert get() == ("new", "new") == (pkg.text, "new")
