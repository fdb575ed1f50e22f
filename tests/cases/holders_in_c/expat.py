"""pyexpat handlers, re.sub callbacks in partials, json hooks, str.translate tables."""
#==> before
def start(name, attrs):
    log.append("old " + name)
log = []
def hook(d):
    return "old"
def default(o):
    return "old"
def sub(match):
    return "old"
#==> after
def start(name, attrs):
    log.append("new " + name)
log = []
def hook(d):
    return "new"
def default(o):
    return "new"
def sub(match):
    return "new"
#==> use
import functools
import json
import re
from xml.parsers import expat
import m

parser = expat.ParserCreate()
parser.StartElementHandler = m.start
parser.Parse("<top>")
del m.log[:]
decoder = json.JSONDecoder(object_hook=m.hook)
encoder = json.JSONEncoder(default=m.default)
c_encode = encoder.iterencode
replace = functools.partial(re.compile("x").sub, m.sub)

def check():
    parser.Parse("<a/>")
    assert m.log == ["new a"], m.log
    assert decoder.decode("{}") == "new" and encoder.encode(object()) == '"new"'
    assert list(c_encode([object()])) and replace("axb") == "anewb"
