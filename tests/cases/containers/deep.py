"""At the end of fifty thousand nested lists, and of a long chain of objects."""
#: things
#==> use
import m
from things import right

class Node:
    def __init__(self, next):
        self.next = next

end = [m.f, m.C, m.K, m.L]
held = end
for _ in range(50000):
    held = [held]
chain = last = Node(None)
for _ in range(5000):
    chain = Node(chain)
last.next = tuple(end)
del end, last

def check():
    x = held
    for _ in range(50000):
        x = x[0]
    right(*x)
    y = chain
    for _ in range(5001):
        y = y.next
    right(*y)
