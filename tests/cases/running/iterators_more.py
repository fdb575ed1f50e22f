"""More iterators half-way: tee, accumulate, product, combinations, chain.from_iterable, dict views."""
#: things
#==> use
import itertools
import m

named = {"": 0, "f": m.f, "C": m.C, "K": m.K, "L": m.L}
one, other = itertools.tee([0, m.f, m.C, m.K, m.L])
held = {
    "tee": one,
    "other tee": other,
    "accumulate": itertools.accumulate([0, m.f, m.C, m.K, m.L], lambda a, b: b),
    "product": (x for (x,) in itertools.product([0, m.f, m.C, m.K, m.L])),
    "combinations": (x for (x,) in itertools.combinations([0, m.f, m.C, m.K, m.L], 1)),
    "permutations": (x for (x,) in itertools.permutations([0, m.f, m.C, m.K, m.L], 1)),
    "from_iterable": itertools.chain.from_iterable([[0, m.f], (m.C, m.K), [m.L]]),
    "values": iter(named.values()),
    "zip_longest": (x for _, x in itertools.zip_longest([1], [0, m.f, m.C, m.K, m.L])),
    "compress": itertools.compress([0, m.f, m.C, m.K, m.L], [1] * 5),
    "dropwhile": itertools.dropwhile(lambda x: x is None, [None, 0, m.f, m.C, m.K, m.L]),
}
for it in held.values():
    next(it)

def check():
    for name, it in held.items():
        got = [next(it) for _ in range(4)]
        assert got == [m.f, m.C, m.K, m.L], (name, got)
        assert got[0]() == "new" and got[2].v == "new"
