# --undo takes back what the reimport changed, and nothing that the program has done since.
load ../helpers
load each

# ---- containers that hold something of the module: a becomes a class, gone is gone ----

write_holder() {
    printf 'def a():\n    return 1\ndef gone():\n    return 1\n' >"$APP/shelf.py"
    cat >"$APP/holder.py" <<'MODULE'
import shelf
from collections import OrderedDict, deque

class Odd:
    """A key whose hash nobody may ask for while a reimport or an undo is at work."""
    asked = 0
    def __hash__(self):
        Odd.asked += 1
        return 7

odd = Odd()
keys = {shelf.gone: 0, shelf.a: 1, "x": 2, odd: 3}
ordered = OrderedDict([("first", 0), (shelf.gone, 1), (shelf.a, 2), ("last", 3)])
named = {"gone": shelf.gone, "too": shelf.gone, "a": shelf.a, "x": 2, "y": shelf.a}
members = {shelf.gone, shelf.a, "x", odd}
listed = ["x", shelf.gone, shelf.a, "y", shelf.a]
queue = deque(["x", shelf.a, "y", shelf.a])
Odd.asked = 0

def names():
    """What is held, with the names of what came from the module, and how often a key was asked."""
    asked = Odd.asked
    name = lambda o: getattr(o, "__name__", type(o).__name__ if o is odd else o)
    kind = lambda o: name(o) + "*" if isinstance(o, type) else name(o)
    pairs = lambda d: [(kind(k), kind(v)) for k, v in d.items()]
    items = lambda s: [kind(o) for o in s]
    return (pairs(keys), pairs(ordered), pairs(named), sorted(map(str, items(members))), items(listed),
            items(queue), asked)

def live_on():
    """What the program itself does after the reimport, or after its undo."""
    asked = Odd.asked
    keys[shelf.a] = "mine"
    del keys["x"]
    keys["added"] = 4
    del ordered["first"]
    ordered["added"] = 4
    named["y"] = "mine"
    named["added"] = 4
    members.discard("x")
    members.add("added")
    listed.insert(0, "mine")
    listed.remove("y")
    listed.append("added")
    queue.appendleft("mine")
    queue.remove("y")
    queue.append("added")
    Odd.asked = asked
MODULE
}

begin() { # PYTHON
    write_holder
    start_asker "$1" "$APP"
    ask 'import holder, shelf'
    printf 'class a:\n    pass\n' >"$APP/shelf.py"
    reimport -q --pid "$PID" shelf
}

taken_back() {
    local before
    write_holder
    start_asker "$1" "$APP"
    ask 'import holder, shelf'
    before=$(ask 'holder.names()')
    printf 'class a:\n    pass\n' >"$APP/shelf.py"
    reimport -q --pid "$PID" shelf
    after=$(ask 'holder.names()')
    [ "$after" != "$before" ] || fail "nothing was reimported"
    run -0 reimport --pid "$PID" --undo
    [[ $output != *"changed since"* ]] || fail "$output"
    assert_answer 'holder.names()' "$before" || return
    run -0 reimport --pid "$PID" --undo
    [[ $output != *"changed since"* ]] || fail "$output"
    assert_answer 'holder.names()' "$after" || return
    reimport -q --pid "$PID" --undo
    assert_answer 'holder.names()' "$before"
}
@test "containers are as before, in their order, and again and again" { each taken_back; }

since() {
    begin "$1"
    ask 'holder.live_on()'
    run -0 reimport --json --pid "$PID" --undo
    # the value that the program put where the reimport had put another
    assert_same '[["dict object","a","changed since by the program"]]' \
        "$(jq -c '[.references.left[] | [.holder, .object, .reason]]' <<<"$output")" || return
    assert_answer 'holder.names()[0]' "[('gone', 0), ('a', 'mine'), ('Odd', 3), ('added', 4)]" || return
    assert_answer 'holder.names()[1]' "[('gone', 1), ('a', 2), ('last', 3), ('added', 4)]" || return
    assert_answer 'holder.names()[2]' "[('gone', 'gone'), ('too', 'gone'), ('a', 'a'), ('x', 2), ('y', 'mine'), ('added', 4)]" || return
    assert_answer 'holder.names()[3]' "['Odd', 'a', 'added', 'gone']" || return
    assert_answer 'holder.names()[4]' "['mine', 'x', 'gone', 'a', 'a', 'added']" || return
    assert_answer 'holder.names()[5]' "['mine', 'x', 'a', 'a', 'added']" || return
    assert_answer 'holder.Odd.asked' 0 || return
    run -0 reimport --json --pid "$PID" --undo
    assert_same redo "$(jq -r .op <<<"$output")" || return
    assert_answer 'holder.names()[0]' "[('a*', 'mine'), ('Odd', 3), ('added', 4)]" || return
    assert_answer 'holder.names()[1]' "[('a*', 2), ('last', 3), ('added', 4)]" || return
    assert_answer 'holder.names()[2]' "[('a', 'a*'), ('x', 2), ('y', 'mine'), ('added', 4)]" || return
    assert_answer 'holder.names()[3]' "['Odd', 'a*', 'added']" || return
    assert_answer 'holder.names()[4]' "['mine', 'x', 'a*', 'a*', 'added']" || return
    assert_answer 'holder.names()[5]' "['mine', 'x', 'a*', 'a*', 'added']" || return
    assert_answer 'holder.Odd.asked' 0
}
@test "what the program did to containers since stays" { each since; }

# ---- registries of another module: the new top level registers more than the old one ----

write_registry() {
    cat >"$APP/registry.py" <<'MODULE'
from collections import deque

routes, order, members, queue, empty = {}, [], {"x"}, deque(["x"]), {}

class Hooks:
    pass

class Plugin:
    known = {}
    def __init_subclass__(cls):
        Plugin.known[cls.__name__] = cls

def register(name, f):
    routes[name] = f
    order.append(f)
    members.add(f)
    queue.append(f)
    setattr(Hooks, "of_" + name, f)
    globals()["my_" + name] = f

def names():
    plain = lambda o: getattr(o, "__name__", o)
    pairs = lambda d: sorted((k, plain(v)) for k, v in d.items())
    return [pairs(routes), [plain(o) for o in order], sorted(map(plain, members)), [plain(o) for o in queue],
            sorted(k for k in vars(Hooks) if k[:3] == "of_"),
            sorted(k for k in globals() if k[:3] == "my_"), pairs(Plugin.known), pairs(empty),
            sorted(c.__name__ for c in Plugin.__subclasses__())]

def live_on():
    f = lambda: 0
    f.__name__ = "mine"
    register("mine", f)
    empty["mine"] = f
MODULE
}

write_views() { # NAME...
    local name
    printf 'import registry\n'
    for name; do
        printf 'def %s():\n    return "%s"\nregistry.register("%s", %s)\n' "$name" "$#" "$name" "$name"
        printf 'class P%s(registry.Plugin):\n    pass\n' "$name"
    done
    [ $# = 1 ] || printf 'registry.empty["more"] = more\n'
} >"$APP/views.py"

load_views() { # load_views PYTHON: with one of them
    write_registry
    write_views index
    start_asker "$1" "$APP"
    ask 'import views, registry'
}

add_view() {
    write_views index more
    reimport -q --pid "$PID" views
}

registries() {
    local before after
    load_views "$1"
    before=$(ask 'registry.names()')
    add_view
    after=$(ask 'registry.names()')
    assert_contains "$after" "('more', 'more')" || return
    run -0 reimport --json --pid "$PID" --undo
    assert_same '[]' "$(jq -c .references.left <<<"$output")" || return
    assert_answer 'registry.names()' "$before" || return
    assert_answer 'registry.routes["index"]()' "'1'" || return
    reimport -q --pid "$PID" --undo
    assert_answer 'registry.names()' "$after" || return
    assert_answer '[f() for f in registry.order]' "['2', '2']" || return
    reimport -q --pid "$PID" --undo
    assert_answer 'registry.names()' "$before" || return
    # and a reimport after that
    reimport -q --pid "$PID" views
    assert_answer 'registry.names()' "$after"
}
@test "what the new top level registered elsewhere is taken out, and put in again" { each registries; }

registries_since() {
    load_views "$1"
    add_view
    ask 'registry.live_on()'
    run -0 reimport --json --pid "$PID" --undo
    assert_same '[]' "$(jq -c .references.left <<<"$output")" || return
    assert_answer 'registry.names()[:4]' \
        "[[('index', 'index'), ('mine', 'mine')], ['index', 'mine'], ['index', 'mine', 'x'], ['x', 'index', 'mine']]" || return
    assert_answer 'registry.names()[4:]' \
        "[['of_index', 'of_mine'], ['my_index', 'my_mine'], [('Pindex', 'Pindex')], [('mine', 'mine')], ['Pindex']]" || return
    assert_answer 'registry.Hooks.of_mine()' 0
}
@test "what others registered since stays there" { each registries_since; }

in_use() {
    load_views "$1"
    add_view
    ask 'made = views.Pmore()'
    reimport -q --pid "$PID" --undo
    assert_answer 'isinstance(made, registry.Plugin), hasattr(views, "Pmore")' '(True, False)' || return
    reimport -q --pid "$PID" --undo
    assert_answer 'isinstance(made, views.Pmore), isinstance(made, registry.Plugin)' '(True, True)'
}
@test "an instance of a class that an undo takes away goes on" { each in_use; }

# ---- results that functools.lru_cache keeps ----

cached() {
    printf 'import functools\n@functools.lru_cache(maxsize=9)\ndef f(x): return ["old", x]\n@functools.lru_cache(maxsize=None)\ndef g(x): return ["old", x]\n' >"$APP/shelf.py"
    printf 'import functools, shelf\n@functools.lru_cache()\ndef outside(x): return shelf.f(x)\n' >"$APP/holder.py"
    start_asker "$1" "$APP"
    ask 'import holder, shelf; results = lambda: [shelf.f(1)[0], shelf.f(1)[0], shelf.g(1)[0], shelf.g(1)[0], holder.outside(1)[0]]'
    assert_answer 'results()' "['old', 'old', 'old', 'old', 'old']" || return
    printf 'import functools\n@functools.lru_cache(maxsize=None)\ndef f(x): return ["new", x]\n@functools.lru_cache(maxsize=9)\ndef g(x): return ["new", x]\n' >"$APP/shelf.py"
    reimport -q --pid "$PID" shelf || return
    assert_answer 'results()' "['new', 'new', 'new', 'new', 'new']" || return
    reimport -q --pid "$PID" --undo || return
    assert_answer 'results()' "['old', 'old', 'old', 'old', 'old']" || return
    reimport -q --pid "$PID" --undo || return
    assert_answer 'results()' "['new', 'new', 'new', 'new', 'new']"
}
@test "what the code that goes has computed is no answer of the one that comes back" { each cached; }

# ---- what a context variable remembers ----

variable_seen() {
    printf 'def f(): return "old"\n' >"$APP/shelf.py"
    start_asker "$1" "$APP"
    ask 'import contextvars, shelf; v = contextvars.ContextVar("v", default=shelf.f); v.set(shelf.f)'
    printf 'class f: pass\n' >"$APP/shelf.py"
    reimport -q --pid "$PID" shelf || return
    assert_answer 'v.get() is shelf.f, type(v.get())' "(True, <class 'type'>)" || return
    reimport -q --pid "$PID" --undo || return
    assert_answer 'v.get() is shelf.f and v.get()()' "'old'" || return
    reimport -q --pid "$PID" --undo || return
    assert_answer 'v.get() is shelf.f, type(v.get())' "(True, <class 'type'>)"
}
@test "a context variable that was looked at since shows what it held before" { each variable_seen; }

# ---- the module itself ----

globals_since() {
    mkdir "$APP/pkg"
    printf 'hits = 100\nlimit = 1\ngone = 1\ndef f(): return "old"\n' >"$APP/pkg/__init__.py"
    printf 'def g(): return 1\n' >"$APP/pkg/late.py"
    start_asker "$1" "$APP"
    ask 'import pkg; held = pkg.f'
    printf 'hits = 0\nlimit = 2\nmore = 1\ndef f(): return "new"\n' >"$APP/pkg/__init__.py"
    reimport -q --pid "$PID" pkg || return
    # the program goes on: it counts, imports a submodule for the first time, puts in a hook
    ask 'pkg.hits += 5; import pkg.late; pkg.hook = len'
    run -0 reimport --json --pid "$PID" --undo
    assert_same '[["module pkg","hits","changed since by the program"]]' \
        "$(jq -c '[.references.left[] | [.holder, .object, .reason]]' <<<"$output")" || return
    assert_answer '[pkg.hits, pkg.limit, pkg.gone, pkg.f(), held(), pkg.late.g(), pkg.hook is len, hasattr(pkg, "more")]' \
        "[5, 1, 1, 'old', 'old', 1, True, False]" || return
    reimport -q --pid "$PID" --undo || return
    assert_answer '[pkg.hits, pkg.limit, pkg.more, pkg.f(), held(), pkg.late.g(), pkg.hook is len, hasattr(pkg, "gone")]' \
        "[5, 2, 1, 'new', 'new', 1, True, False]"
}
@test "what the program has bound in the module since stays, and is reported" { each globals_since; }

others_meanwhile() {
    mkdir "$APP/pkg"
    printf 'def f(): return "old"\n' >"$APP/pkg/__init__.py"
    start_asker "$1" "$APP"
    ask 'import pkg, sys'
    cat >"$APP/pkg/__init__.py" <<'MODULE'
import sys, threading
def others():
    sys.modules["pkg.theirs"] = sys
thread = threading.Thread(target=others)
thread.start()
thread.join()
sys.modules["pkg.ours"] = sys
del thread
MODULE
    reimport -q --pid "$PID" pkg || return
    reimport -q --pid "$PID" --undo || return
    assert_answer '["pkg.theirs" in sys.modules, "pkg.ours" in sys.modules]' '[True, False]'
}
@test "a module that another thread put below a package of the set meanwhile stays" { each others_meanwhile; }

# ---- modules that are not loaded any more as they were reimported ----

write_pair() { # write_pair NUMBER MODULE...
    local number=$1 name
    shift
    for name; do
        cat >"$APP/$name.py" <<MODULE
import functools, held
limit = $number
def f(a=$number):
    return $number, a
@functools.lru_cache(maxsize=None)
def cached():
    return $number
def make():
    n = $number
    def inner():
        return $number, n
    return inner
class C:
    x = $number
    __slots__ = ("a",) if $number == 1 else ("a", "b")
    def g(self):
        return $number
class Derived(held.Base):
    pass
held.routes["$name.$number"] = f
held.order.append(f)
held.order.append(Derived)
if $number == 1:
    def kind(): pass
else:
    class kind: pass
held.kinds["$name"] = kind
MODULE
    done
}

load_pair() { # load_pair PYTHON: a and b are reimported; then `now` is what there is of the objects of each
    cat >"$APP/held.py" <<'MODULE'
routes, order, kinds = {}, [], {}
class Base:
    pass
MODULE
    write_pair 1 a b
    start_asker "$1" "$APP"
    ask 'import a, b, held, sys; each = {m.__name__: (m, m.C(), m.C, m.f, m.make(), m.cached) for m in (a, b)}'
    ask 'functions = lambda name: [o for o in list(held.routes.values()) + held.order if o.__module__ == name]'
    ask 'names = lambda name: (sorted(k for k in held.routes if k[0] == name), [o.__name__ for o in functions(name)])'
    ask 'kinds = lambda name: (type(held.kinds[name]) is type, held.kinds[name] is each[name][0].kind)'
    ask 'values = lambda m, o, C, f, inner, cached: (m.limit, o.g(), C.x, C().g(), len(C.__slots__), f(), inner(), cached())'
    ask 'now = lambda name: (values(*each[name]), names(name), kinds(name), len(held.Base.__subclasses__()))'
    before=$(ask 'now("a")')
    write_pair 2 a b
    reimport -q --pid "$PID" a b || return
    after=$(ask 'now("a")')
    [ "$before" != "$after" ] || fail "nothing was reimported"
    ask 'before = lambda name: now(name)[:3]; was_a, was_b = before("a"), before("b")'
}

left() { jq -c '[.references.left[] | [.holder, .object, .reason]]' <<<"$output"; }

one_lost() {
    load_pair "$1" || return
    ask "del sys.modules['a']; $2; mine = before('a')"
    run -0 reimport --json --pid "$PID" --undo
    assert_same "[[\"module a\",null,\"$3\"]]" "$(left)" || return
    assert_same '["b"]' "$(jq -c '[.modules[].name]' <<<"$output")" || return
    assert_answer 'before("a") == mine' True || return
    assert_answer 'before("b") == was_b, values(*each["b"])[:6], b.limit' "(False, (1, 1, 1, 1, 1, (1, 1)), 1)" || return
    assert_answer 'names("b"), kinds("b")' "((['b.1'], ['f', 'f', 'Derived']), (False, True))" || return
    # and forward again
    run -0 reimport --json --pid "$PID" --undo
    assert_same '[]' "$(left)" || return
    assert_same '["b"]' "$(jq -c '[.modules[].name]' <<<"$output")" || return
    assert_answer 'before("a") == mine, before("b") == was_b' '(True, True)'
}
another_has_its_name() { one_lost "$1" 'import a' 'another module has its name since'; }
not_loaded() { one_lost "$1" 'None' 'no longer loaded'; }
@test "a module that is another one since stays, with all that others hold of it" { each another_has_its_name; }
@test "a module that is not loaded any more stays" { each not_loaded; }

all_lost() {
    load_pair "$1" || return
    ask "kept = sys.modules.pop('a'), sys.modules.pop('b'); sys.modules['a'] = type(sys)('a')"
    run -0 reimport --json --pid "$PID" --undo
    assert_same '[["module a",null,"another module has its name since"],["module b",null,"no longer loaded"]]' "$(left)" || return
    assert_same '["unchanged",false,[]]' "$(jq -c '[.result, .changed, .modules]' <<<"$output")" || return
    run -0 reimport --pid "$PID" --undo
    assert_contains "$output" 'nothing to do: what the last reimport changed is not loaded any more' || return
    run -0 reimport --pid "$PID" --status
    assert_contains "$output" '2 modules that an undo would leave as they are:' || return
    assert_contains "$output" 'another module has its name since' || return
    # where they are loaded again as they were, all is undone
    ask "sys.modules['a'], sys.modules['b'] = kept"
    run -0 reimport --json --pid "$PID" --undo
    assert_same '[]' "$(left)" || return
    assert_answer 'each["a"][0].limit, each["a"][1].g(), each["b"][0].limit, each["b"][1].g()' '(1, 1, 1, 1)'
}
@test "where all of them are others since, nothing is undone, and the record stays" { each all_lost; }

shared_file() {
    mkdir "$APP/pkg"
    touch "$APP/pkg/__init__.py"
    write_shared() { printf 'def make():\n    def inner(): return %d\n    return inner\ndef items():\n    yield %d\n' "$1" "$1" >"$APP/pkg/m.py"; }
    write_shared 1
    start_asker "$1" "$APP" "$APP/pkg"
    ask 'import pkg.m, m, sys; first = pkg.m.make(); theirs = m.make()'
    write_shared 2
    reimport -q --pid "$PID" pkg.m m || return
    ask 'since = pkg.m.make(); theirs_since = m.make(); lost = sys.modules.pop("m")'
    run -0 reimport --json --pid "$PID" --undo
    assert_same '[["module m",null,"no longer loaded"]]' "$(left)" || return
    assert_answer 'first(), since(), pkg.m.make()()' '(1, 1, 1)' || return
    assert_answer 'theirs(), theirs_since(), lost.make()()' '(2, 2, 2)'
}
@test "what is lost is not the code of another module that was loaded from the same file" { each shared_file; }

code_only_lost() {
    printf 'def f(): return 1\n' >"$APP/shelf.py"
    start_asker "$1" "$APP"
    ask 'import shelf, sys; old = shelf'
    printf 'def f(): return 22\n' >"$APP/shelf.py"
    reimport -q --code-only --pid "$PID" shelf || return
    ask "del sys.modules['shelf']; import shelf"
    run -0 reimport --json --pid "$PID" --undo
    assert_same '[["module shelf",null,"another module has its name since"]]' "$(left)" || return
    assert_answer 'old.f(), shelf.f()' '(22, 22)'
}
@test "the same after --code-only" { each code_only_lost; }

# ---- functions ----

recoded() {
    printf 'class B:\n    def f(self): return "base"\nclass C(B):\n    def f(self): return "old"\ndef g(a, b=1): return "old", a, b\n' >"$APP/shelf.py"
    start_asker "$1" "$APP"
    ask 'import shelf'
    printf 'class B:\n    def f(self): return "base"\nclass C(B):\n    def f(self): return "new " + super().f()\ndef g(a, b=2, *, k=3): return "new", a, b, k\n' >"$APP/shelf.py"
    reimport -q --pid "$PID" shelf || return
    ask 'for f in shelf.C.f, shelf.g: f.__code__ = f.__code__.replace(co_firstlineno=99)'
    run -0 reimport --json --pid "$PID" --undo
    assert_same '[["C.f","changed since by the program"],["g","changed since by the program"]]' \
        "$(jq -c '[.references.left[] | [.holder, .reason]] | sort' <<<"$output")" || return
    assert_answer '[shelf.C().f(), shelf.g(0)]' "['new base', ('new', 0, 2, 3)]"
}
@test "a function whose code the program has set since keeps its closure and defaults" { each recoded; }

closures_since() {
    printf 'def make():\n    def inner(a, b=1): return "old", a, b\n    def same(a): return "old", a\n    return inner, same\n' >"$APP/shelf.py"
    start_asker "$1" "$APP"
    ask 'import shelf; before = shelf.make()'
    printf 'def make():\n    def inner(a): return "new", a\n    def same(a): return "new", a\n    return inner, same\n' >"$APP/shelf.py"
    reimport -q --pid "$PID" shelf || return
    ask 'since = shelf.make()'
    run -0 reimport --json --pid "$PID" --undo
    assert_same '["make.<locals>.inner"]' "$(jq -c '[.references.left[] | .holder]' <<<"$output")" || return
    # what old default it would have is not known
    assert_answer '[f(5) for f in before + since + shelf.make()]' \
        "[('old', 5, 1), ('old', 5), ('new', 5), ('old', 5), ('old', 5, 1), ('old', 5)]"
}
@test "a function made since, whose old code has other parameters, is left and reported" { each closures_since; }

annotations_read() { # the interpreter keeps them in another form until they are read
    printf 'def early(a: int) -> int: pass\ndef late(a: int) -> int: pass\ndef own(a: int): pass\nclass C:\n    a: int\nclass D(C):\n    a: int\ndef loses(a: int): pass\nclass E:\n    a: int\n' >"$APP/shelf.py"
    start_asker "$1" "$APP"
    ask 'import shelf; names = lambda o: {k: v.__name__ for k, v in getattr(o, "__annotations__", {}).items()}'
    ask 'all = lambda: [names(o) for o in (shelf.early, shelf.late, shelf.own, shelf.C, shelf.D, shelf.loses, shelf.E)]'
    ask 'read = names(shelf.early), names(shelf.C)'
    printf 'def early(a: str, b: int) -> str: pass\ndef late(a: str) -> str: pass\ndef own(a: str): pass\nclass C:\n    a: str\nclass D(C):\n    a: str\ndef loses(a): pass\nclass E:\n    pass\n' >"$APP/shelf.py"
    reimport -q --pid "$PID" shelf || return
    assert_answer 'all()' "[{'a': 'str', 'b': 'int', 'return': 'str'}, {'a': 'str', 'return': 'str'}, {'a': 'str'}, {'a': 'str'}, {'a': 'str'}, {}, {}]" || return
    ask 'shelf.own.__annotations__ = {"a": float}'
    run -0 reimport --json --pid "$PID" --undo
    assert_same '["own"]' "$(jq -c '[.references.left[] | .holder] | unique' <<<"$output")" || return
    assert_answer 'all()' "[{'a': 'int', 'return': 'int'}, {'a': 'int', 'return': 'int'}, {'a': 'float'}, {'a': 'int'}, {'a': 'int'}, {'a': 'int'}, {'a': 'int'}]" || return
    run -0 reimport --json --pid "$PID" --undo
    assert_same '[]' "$(jq -c '[.references.left[] | .holder]' <<<"$output")" || return
    assert_answer 'all()' "[{'a': 'str', 'b': 'int', 'return': 'str'}, {'a': 'str', 'return': 'str'}, {'a': 'float'}, {'a': 'str'}, {'a': 'str'}, {}, {}]"
}
@test "annotations that were read since are put back; those that the program has set stay" { EACH=pythons each annotations_read; }

aliases_read() { # [OPTION] PYTHON
    local values='[alias.__value__.__name__ for alias in (early, late, shelf.Early, shelf.Late)]'
    printf 'type Early = int\ntype Late = int\n' >"$APP/shelf.py"
    start_asker "${@: -1}" "$APP"
    ask 'import shelf; early, late = shelf.Early, shelf.Late; early.__value__'
    printf 'type Early = str\ntype Late = str\n' >"$APP/shelf.py"
    reimport -q "${@:1:$#-1}" --pid "$PID" shelf || return
    assert_answer "$values" "['str', 'str', 'str', 'str']" || return
    run -0 reimport --json --pid "$PID" --undo
    assert_same '[]' "$(jq -c '.references.left' <<<"$output")" || return
    assert_answer "$values" "['int', 'int', 'int', 'int']" || return
    reimport -q --pid "$PID" --undo || return
    assert_answer "$values" "['str', 'str', 'str', 'str']"
}
with_aliases() { pythons 3.12 | head -n 1 && pythons 3.14 | head -n 1; }
@test "type aliases have the values that their code computes" {
    EACH=with_aliases each aliases_read
    EACH=with_aliases each aliases_read --code-only
}

attribute_deleted() {
    printf 'class C:\n    x = 1\n    y = 1\n' >"$APP/shelf.py"
    start_asker "$1" "$APP"
    ask 'import shelf'
    printf 'class C:\n    x = 2\n    y = 2\n' >"$APP/shelf.py"
    reimport -q --pid "$PID" shelf || return
    ask 'del shelf.C.x'
    run -0 reimport --json --pid "$PID" --undo
    assert_same '["C"]' "$(jq -c '[.references.left[] | .holder]' <<<"$output")" || return
    assert_answer '[hasattr(shelf.C, "x"), shelf.C.y]' '[False, 1]'
}
@test "a class attribute that the program has deleted since stays away" { each attribute_deleted; }

# ---- the order of attributes ----

write_ordered() {
    cat >"$APP/shelf.py" <<'MODULE'
import enum
def gone(): return 1
class C:
    def a(self): pass
    x = 1
    def b(self): pass
    def __len__(self): return 3
    z = 3
class E(enum.Enum):
    A = 1
    B = 2
    C = 3
class S:
    __slots__ = "p", "q", "r"
MODULE
    cat >"$APP/holder.py" <<'MODULE'
import shelf

class Outside:
    u = 1
    v = shelf.gone
    w = 2
    def __init__(self):
        self.a, self.g, self.c = 1, shelf.gone, 3

several = [Outside() for _ in range(3)]
alone = Outside()
alone.other = 4

def order():
    held = [shelf.C, shelf.E, shelf.S, Outside, alone] + several
    return [list(vars(o)) for o in held], len(shelf.C()) if hasattr(shelf.C, "__len__") else 0
MODULE
}

in_order() {
    local before after
    write_ordered
    start_asker "$1" "$APP"
    ask 'import holder, shelf'
    before=$(ask 'holder.order()')
    cat >"$APP/shelf.py" <<'MODULE'
import enum
class C:
    def b(self): pass
    z = 3
    more = 4
class E(enum.Enum):
    A = 1
    C = 3
class S:
    __slots__ = "p", "r"
MODULE
    reimport -q --pid "$PID" shelf || return
    after=$(ask 'holder.order()')
    [ "$after" != "$before" ] || fail "nothing was reimported"
    reimport -q --pid "$PID" --undo || return
    assert_answer 'holder.order()' "$before" || return
    reimport -q --pid "$PID" --undo || return
    assert_answer 'holder.order()' "$after" || return
    reimport -q --pid "$PID" --undo || return
    assert_answer 'holder.order()' "$before"
}
@test "attributes that come back have the places that they had" { each in_order; }

since_in_order() {
    write_ordered
    start_asker "$1" "$APP"
    ask 'import holder, shelf'
    printf 'class C:\n    z = 3\n' >"$APP/shelf.py"
    reimport -q --pid "$PID" shelf || return
    ask 'shelf.C.mine = holder.Outside.mine = holder.alone.mine = holder.several[1].mine = 1; del holder.Outside.w, holder.alone.a'
    reimport -q --pid "$PID" --undo || return
    assert_answer '[n for n in vars(shelf.C) if n[0] != "_"]' "['a', 'x', 'b', 'z', 'mine']" || return
    assert_answer '[n for n in vars(holder.Outside) if n[0] != "_"]' "['u', 'v', 'mine']" || return
    assert_answer '[list(vars(holder.alone)), list(vars(holder.several[1]))]' \
        "[['g', 'c', 'other', 'mine'], ['a', 'g', 'c', 'mine']]"
}
@test "among attributes that the program has put there since, too" { each since_in_order; }

# ---- what runs ----

running_again() {
    printf 'def gen():\n    yield "old"\n    yield "old"\n' >"$APP/shelf.py"
    start_asker "$1" "$APP"
    ask 'import shelf; before = shelf.gen(); next(before)'
    printf 'def gen():\n    yield "new"\n    yield "new"\n' >"$APP/shelf.py"
    run -0 reimport --json --pid "$PID" shelf
    assert_same '["gen"]' "$(jq -c '[.stale[] | .function]' <<<"$output")" || return
    ask 'since = shelf.gen(); next(since)'
    run -0 reimport --json --pid "$PID" --undo
    assert_same '[["gen",2]]' "$(jq -c '[.stale[] | [.function, .line]]' <<<"$output")" || return
    ask 'del since'
    run -0 reimport --json --pid "$PID" --undo
    assert_same '["gen"]' "$(jq -c '[.stale[] | .function]' <<<"$output")" || return
    ask 'del before'
    run -0 reimport --json --pid "$PID" --undo
    assert_same '[]' "$(jq -c '[.stale[] | .function]' <<<"$output")"
}
@test "an undo names what runs the code that goes, not what runs the one that comes back" { each running_again; }

# ---- instances ----

stranded() {
    printf 'class C:\n    __slots__ = ("a",)\n    def hi(self): return "old"\n' >"$APP/shelf.py"
    start_asker "$1" "$APP"
    ask 'import shelf; old = shelf.C()'
    printf 'class C(dict):\n    def hi(self): return "new"\n' >"$APP/shelf.py"
    reimport -q --pid "$PID" shelf || return
    ask 'since = shelf.C()'
    run -0 reimport --json --pid "$PID" --undo
    assert_same '[["C object","C","made since, of the class that goes: it stays so, and super() may fail in it"]]' \
        "$(jq -c '[.references.left[] | [.holder, .object, .reason]]' <<<"$output")" || return
    assert_answer '[old.hi(), shelf.C().hi(), since.hi(), type(since) is shelf.C]' "['old', 'old', 'old', False]"
}
@test "an instance that was made since, and cannot be one of the old class, is named" { each stranded; }
