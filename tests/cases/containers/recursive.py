"""In structures that contain themselves."""
#: things
#==> use
import m
from things import right

held = [m.f, m.C]
pair = (m.K, held, m.L)
held.append(pair)
table = {"pair": pair}
table["me"] = table

def check():
    right(held[0], held[1], held[2][0], held[2][2])
    assert held[2] is pair and pair[1] is held and table["me"]["pair"] is pair
