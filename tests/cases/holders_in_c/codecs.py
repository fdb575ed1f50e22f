"""codecs: search functions, error handlers."""
#==> before
import codecs
def search(name):
    if name == "mycodec":
        return codecs.CodecInfo(encode, decode, name="mycodec")
def encode(s, errors="strict"):
    return b"old", len(s)
def decode(b, errors="strict"):
    return "old", len(b)
def on_error(e):
    return "old", e.end
#==> after
import codecs
def search(name):
    if name == "mycodec":
        return codecs.CodecInfo(encode, decode, name="mycodec")
def encode(s, errors="strict"):
    return b"new", len(s)
def decode(b, errors="strict"):
    return "new", len(b)
def on_error(e):
    return "new", e.end
#==> use
import codecs
import m

codecs.register(m.search)
codecs.register_error("mine", m.on_error)
"x".encode("mycodec")

def check():
    assert "x".encode("mycodec") == b"new" and codecs.decode(b"x", "mycodec") == "new"
    assert b"\xff".decode("ascii", "mine") == "new" and codecs.lookup_error("mine") is m.on_error
