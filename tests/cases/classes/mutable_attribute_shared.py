"""A class used as a namespace of state: the new top level's values, one object for all."""
#==> before
class Config:
    debug = False
    hosts = ["a"]
def get():
    return Config
#==> after
class Config:
    debug = True
    hosts = ["b", "c"]
def get():
    return Config
#==> use
from m import Config, get

class Local(Config):
    extra = 1

def check():
    assert Config.debug and Config.hosts == ["b", "c"] and get() is Config
    assert Local.debug and Local.hosts is Config.hosts
