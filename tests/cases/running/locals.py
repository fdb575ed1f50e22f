"""Held in the locals of a running generator, where what changed its kind follows, or is reported."""
#: things
#==> use
import m

def gen():
    f, C, K, L = m.f, m.C, m.K, m.L
    listed = [m.K]
    yield
    yield f, C, K, L, listed[0]
running = gen()
next(running)
got = None

def check():
    global got
    got = next(running)
    assert got[:2] == (m.f, m.C) and got[0]() == "new" and got[1].v == "new"
    assert got[4] is m.K

def report(r):
    frame = running.gi_frame.f_locals
    followed = frame["K"] is m.K and frame["L"] is m.L
    assert followed or any("gen" in x["holder"] for x in r["references"]["left"]), r["references"]
