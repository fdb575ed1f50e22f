"""Dicts from which the last entries were taken out, in the midst of iterations from the end: each goes on in what is left."""
#: things
#: python 3.8
#==> use
import m
from things import right

def filled(held):
    """The dict and iterators over it that are behind a thousand entries which are no longer there."""
    held.update(dict.fromkeys(map(str, range(1000))))
    for n in range(1000):
        del held[str(n)]
    return held, [reversed(held), reversed(held.values()), reversed(held.items())]

held = [filled({m.K: 1, "more": 2, m.L: 3}) for _ in range(100)]
namespace = [filled(vars(m)) for _ in range(10)]

def check():
    right(m.f, m.C, m.K, m.L)
    for dict_, (keys, values, items) in held:
        assert list(keys) == [m.L, "more", m.K] and list(values) == [3, 2, 1], dict_
        assert list(items) == [(m.L, 3), ("more", 2), (m.K, 1)] == list(dict_.items())[::-1]
    for dict_, loops in namespace:
        for loop in loops:
            try:
                assert len(list(loop)) == len(dict_)
            except RuntimeError:
                pass # it has another length now
    # the next change, or the undo, finds them in the midst as well
    held[:] = [filled(dict_) for dict_, _ in held]
