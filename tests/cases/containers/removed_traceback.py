"""Variables in the frames of a kept exception's traceback, of what is not defined any more: they stay, and are named."""
#: without t: what is left is alive
#: without a: what is left is not what the new source makes
#==> before
class Gone:
    v = "old"
def kept():
    return "old"
#==> after
def kept():
    return "new"
#==> use
import m

def fail(gone, kept):
    raise ValueError

def call(*args):
    fail(*args)

try:
    call(getattr(m, "Gone", int), m.kept)
except ValueError as e:
    raised = e

def check():
    frame = raised.__traceback__.tb_next.tb_next.tb_frame
    gone, kept = frame.f_locals["gone"], frame.f_locals["kept"]
    assert kept is m.kept and kept() == "new" and frame.f_back.f_code.co_name == "call"
    assert gone is int or gone.v == "old"

def report(json):
    left = json["references"]["left"]
    assert any(entry["holder"].startswith("frame") or "frame" in entry["holder"] for entry in left), left
