"""total_ordering: the derived comparisons use the new ones."""
#==> before
import functools
@functools.total_ordering
class V:
    def __init__(self, n):
        self.n = n
    def __eq__(self, other):
        return self.n == other.n
    def __lt__(self, other):
        return self.n < other.n
#==> after
import functools
@functools.total_ordering
class V:
    def __init__(self, n):
        self.n = n
    def __eq__(self, other):
        return -self.n == -other.n
    def __gt__(self, other):
        return -self.n > -other.n
#==> use
from m import V

one, two = V(1), V(2)

def check():
    assert one > two and one >= two and two < one and two <= one and not one < two
    assert sorted([one, two], key=lambda v: v) == [two, one]
