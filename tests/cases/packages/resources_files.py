"""importlib.resources.files in the package."""
#: reimport pkg
#: python 3.9
#==> before pkg/__init__.py
from importlib.resources import files
text = files(__name__).joinpath("data.txt").read_text().strip()
def get():
    return text
#==> before pkg/data.txt
old
#==> after pkg/__init__.py
from importlib.resources import files
text = files(__name__).joinpath("data.txt").read_text().strip()
def get():
    return text
#==> after pkg/data.txt
new
#==> use
import pkg
from pkg import get
from importlib.resources import files

held = files(pkg)

def check():
    assert get() == "new" == held.joinpath("data.txt").read_text().strip()
