"""Iterators and itertools objects half-way."""
#: things
#==> use
import itertools
import m

def numbers():
    return iter([1, 2, 3, 4])

held = {
    "list": iter([0, m.f, m.C, m.K, m.L]),
    "tuple": iter((0, m.f, m.C, m.K, m.L)),
    "map": map(lambda x: x, [0, m.f, m.C, m.K, m.L]),
    "chain": itertools.chain([0, m.f], (m.C, m.K), [m.L]),
    "cycle": itertools.cycle([0, m.f, m.C, m.K, m.L]),
    "zip": (x for (x,) in zip([0, m.f, m.C, m.K, m.L])),
    "reversed": reversed([m.L, m.K, m.C, m.f, 0]),
    "enumerate": (x for _, x in enumerate([0, m.f, m.C, m.K, m.L])),
    "islice": itertools.islice([0, m.f, m.C, m.K, m.L], 5),
    "starmap": itertools.starmap(lambda x: x, [(0,), (m.f,), (m.C,), (m.K,), (m.L,)]),
}
for it in held.values():
    next(it)

def check():
    for name, it in held.items():
        got = [next(it) for _ in range(4)]
        assert got == [m.f, m.C, m.K, m.L], (name, got)
        assert got[0]() == "new" and got[2].v == "new"
