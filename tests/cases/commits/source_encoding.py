"""Another encoding cookie, a byte order mark, other line ends, tabs."""
#==> before
def f():
    return "alt"
#==> after
# -*- coding: utf-8 -*-
def f():
	return "grün – 新"
def g(): return f(); 
#==> use
from m import f

def check():
    import m
    assert f() == "gr\u00fcn \u2013 \u65b0" == m.g()
