"""TypedDict, NewType and TypeVar of the module."""
#==> before
from typing import NewType, TypedDict, TypeVar
class Movie(TypedDict):
    name: str
UserId = NewType("UserId", int)
T = TypeVar("T", bound=Movie)
#==> after
from typing import NewType, TypedDict, TypeVar
class Movie(TypedDict, total=False):
    name: str
    year: int
UserId = NewType("UserId", str)
T = TypeVar("T", bound=Movie)
#==> use
from m import Movie, UserId

def check():
    import m
    assert set(Movie.__annotations__) == {"name", "year"} and not Movie.__total__
    assert Movie is m.Movie and m.T.__bound__ in (Movie, getattr(m.T, "__bound__"))
    assert UserId.__supertype__ is str
