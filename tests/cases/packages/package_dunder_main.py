"""A package's __main__ module and its submodules named like other things."""
#: reimport pkg
#==> before pkg/__init__.py
from .json import dumps
#==> before pkg/json.py
import json as real
def dumps(x):
    return "old", x
#==> after pkg/__init__.py
from .json import dumps
#==> after pkg/json.py
import json as real
def dumps(x):
    return "new", real
#==> use
import json
from pkg import dumps

def check():
    assert dumps(1) == ("new", json)
