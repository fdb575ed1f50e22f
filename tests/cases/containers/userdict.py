"""UserDict and UserList."""
#: things
#==> use
import m
from collections import UserDict, UserList
from things import right

named = UserDict(f=m.f, C=m.C, K=m.K, L=m.L)
listed = UserList([m.f, m.C, m.K, m.L])

def check():
    right(*named.values())
    right(*listed)
