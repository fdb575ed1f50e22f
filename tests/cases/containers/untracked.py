"""A tuple and a dict that the collector has stopped tracking, and one it has not begun to."""
#: things
#==> use
import gc
import m

bare = m.C()
dict_ = {"a": 1}
gc.collect()
dict_["K"] = m.K
mixed = (1, (2, m.L))
gc.collect()

def check():
    assert dict_["K"] is m.K and mixed[1][1] is m.L
    assert type(bare) is m.C and bare.v == "new"
