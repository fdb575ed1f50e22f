"""`import reimport` as its users use it. Run with any Python, PYTHONPATH naming the build."""

import ctypes
import gc
import importlib
import importlib.machinery
import importlib.util
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import traceback
import unittest
import zipfile
from collections import OrderedDict

import reimport


class Case(unittest.TestCase):
    """Each test has a directory of its own on sys.path, and modules of its own."""

    def setUp(self):
        self.dir = os.path.realpath(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.dir)
        self.before = set(sys.modules)
        self.addCleanup(self.forget)
        sys.path.insert(0, self.dir)
        self.addCleanup(sys.path.remove, self.dir)
        sys.seen = []
        importlib.invalidate_caches()

    def forget(self):
        self.assertIs(dict, type(sys.modules))
        for name in set(sys.modules) - self.before:
            del sys.modules[name]

    def write(self, name, text, binary=False):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if binary else textwrap.dedent(text).encode("utf-8"))
        return path

    def load(self, name, text=None):
        if text is not None:
            self.write(name.replace(".", "/") + ".py", text)
        return importlib.import_module(name)

    def state(self):
        """All that a refused reimport must leave as it was."""
        modules = list(sys.modules.items())
        return modules, [
            (name, list(vars(module).items()))
            for name, module in modules
            if name not in self.before and isinstance(module, type(sys))
        ], list(sys.meta_path)

    def refuse(self, exception, *modules):
        before = self.state()
        with self.assertRaises(exception) as caught:
            reimport.reimport(*modules)
        self.assertEqual([name for name, _ in before[0]], list(sys.modules))
        for (name, old), new in zip(before[0], sys.modules.values()):
            self.assertIs(old, new, name)
        for (name, old), (_, new) in zip(before[1], self.state()[1]):
            self.assertEqual([key for key, _ in old], [key for key, _ in new], name)
            for (key, a), (_, b) in zip(old, new):
                self.assertIs(a, b, (name, key))
        self.assertEqual(before[2], sys.meta_path)
        locks = sys.modules["_frozen_importlib"]._module_locks
        self.assertEqual([], [n for n, ref in list(locks.items()) if ref() and ref().owner])
        return caught.exception


class Basics(Case):
    def test_class(self):
        m = self.load("m", "class C:\n    def f(self): return 1\n")
        C, c, f = m.C, m.C(), m.C().f
        self.write("m.py", "class C:\n    def f(self): return 2\n")
        self.assertIsNone(reimport.reimport("m"))
        self.assertEqual((2, 2), (c.f(), f()))
        self.assertIs(C, m.C)
        self.assertIsInstance(c, m.C)

    def test_module_object(self):
        m = self.load("m", "def f(): return 1")
        f = m.f
        self.write("m.py", "def f(): return 2")
        reimport.reimport(m)
        self.assertEqual(2, f())
        self.assertIs(m, sys.modules["m"])

    def test_none(self):
        """None in sys.modules stands for a module that must not be imported."""
        sys.modules["nn"] = None
        with self.assertRaises(ValueError) as caught:
            reimport.reimport("nn")
        self.assertEqual("module 'nn' is not loaded", str(caught.exception))
        with self.assertRaises(ValueError) as caught:
            reimport.reimport(None)
        self.assertEqual("None is not a loaded module", str(caught.exception))

    def test_keys_that_are_no_names(self):
        self.write("pkg/__init__.py", "X = 1")
        self.write("pkg/m.py", "X = 1")
        m, pkg = self.load("pkg.m"), sys.modules["pkg"]
        user = self.load("user", "from pkg.m import X")
        sys.modules[5], sys.modules["pkg", "m"] = m, pkg
        self.addCleanup(sys.modules.pop, 5, None)
        self.write("pkg/m.py", "X = 2")
        self.assertEqual(["pkg.m"], reimport.modified(self.dir))
        reimport.reimport("pkg")
        self.assertEqual((2, 2, m, pkg), (m.X, user.X, sys.modules[5], sys.modules["pkg", "m"]))
        self.write("pkg/m.py", "raise KeyError")
        self.refuse(KeyError, "pkg")

    def test_what_is_loaded_is_known_of_each(self):
        deco = "def deco(text):\n    return lambda f: f\n@deco(%r)\ndef f():\n    return 1\n"
        one, two = self.load("one", "X = 1"), self.load("two", deco % "first")
        spec = one.__spec__
        self.write("one.py", """\
            class Odd:
                def __getattr__(self, name):
                    raise RuntimeError(name)
            __spec__ = Odd()
            """)
        self.write("two.py", deco % "second")
        reimport.reimport("one", "two")
        one.__spec__ = spec
        path = self.write("two.py", deco % "other!")
        os.utime(path, (10**9, 10**9))
        self.assertIn("two", reimport.modified(self.dir))

    def test_modified_but_not_found(self):
        """What no import finds is not among the names that can be reimported."""
        m = self.load("m", "def f(): return 1")
        made = sys.modules["made"] = type(sys)("made")
        made.__file__ = self.write("made_from.py", "def g(): return 1")
        exec(compile("def g(): return 1", made.__file__, "exec"), vars(made))
        self.write("m.py", "def f(): return 2")
        self.write("made_from.py", "def g(): return 2")
        self.assertEqual(["m"], reimport.modified(self.dir))
        reimport.reimport(*reimport.modified(self.dir))
        self.assertEqual((2, 1), (m.f(), made.g()))

    def test_several(self):
        a, b = self.load("a", "x = 1"), self.load("b", "import a; y = a.x + 1")
        self.write("a.py", "x = 10")
        reimport.reimport("b", a)
        self.assertEqual((10, 11), (a.x, b.y))

    def test_nothing(self):
        self.assertIsNone(reimport.reimport())

    def test_module_attributes(self):
        m = self.load("m", "x = 1")
        spec_name, names = m.__spec__.name, set(vars(m))
        self.write("m.py", "y = 1")
        reimport.reimport("m")
        self.assertEqual(names - {"x"} | {"y"}, set(vars(m)))
        self.assertEqual(spec_name, m.__spec__.name)
        self.assertIs(m.__loader__, m.__spec__.loader)
        self.assertTrue(type(m.__loader__).__module__.endswith("importlib_external"), m.__loader__)
        self.assertFalse(m.__spec__._initializing)
        self.assertEqual(os.path.join(self.dir, "m.py"), m.__file__)

    def test_traceback_names_the_file(self):
        m = self.load("m", "def f():\n    1 / 0")
        self.write("m.py", "\n\ndef f():\n    1 / 0")
        reimport.reimport("m")
        try:
            m.f()
        except ZeroDivisionError as e:
            frame = e.__traceback__.tb_next
            self.assertEqual(4, frame.tb_lineno)
            self.assertEqual(m.__file__, frame.tb_frame.f_code.co_filename)


class Sources(Case):
    def test_encodings(self):
        m = self.load("m", "x = 1")
        for data in (
            "# coding: latin-1\nx = '\xe9'\n".encode("latin-1"),
            b"\xef\xbb\xbfx = '\xc3\xa9'\n",
            b"x = '\xc3\xa9'\r\n",
        ):
            self.write("m.py", data, binary=True)
            reimport.reimport("m")
            self.assertEqual("\xe9", m.x)

    def test_future(self):
        m = self.load("m", "x = 1")
        self.write("m.py", "from __future__ import annotations\ndef f(a: no_such_name): pass\n")
        reimport.reimport("m")
        self.assertEqual({"a": "no_such_name"}, m.f.__annotations__)

    def test_no_bytecode_is_written(self):
        m = self.load("m", "x = 1")
        shutil.rmtree(os.path.join(self.dir, "__pycache__"), ignore_errors=True)
        self.write("m.py", "import other; x = 2")
        self.write("other.py", "")
        keep, sys.dont_write_bytecode = sys.dont_write_bytecode, False
        try:
            reimport.reimport("m")
        finally:
            sys.dont_write_bytecode = keep
        self.assertEqual(2, m.x)
        self.assertEqual(["m.py", "other.py"], sorted(os.listdir(self.dir)))

    def test_stale_bytecode_is_not_run(self):
        keep, sys.dont_write_bytecode = sys.dont_write_bytecode, False
        try:
            m = self.load("m", "x = 1")
        finally:
            sys.dont_write_bytecode = keep
        st = os.stat(m.__file__)
        self.write("m.py", "x = 2")
        os.utime(m.__file__, ns=(st.st_atime_ns, st.st_mtime_ns))
        reimport.reimport("m")
        self.assertEqual(2, m.x)

    def test_zip(self):
        path = os.path.join(self.dir, "lib.zip")

        def pack(number):
            with zipfile.ZipFile(path + ".new", "w") as z:
                z.writestr("zipped/__init__.py", "from .sub import f\n" + "#" * number * 9)
                z.writestr("zipped/sub.py", "def f(): return %d\n" % number)
            os.rename(path + ".new", path)

        pack(1)
        sys.path.insert(0, path)
        self.addCleanup(sys.path.remove, path)
        zipped = self.load("zipped")
        f = zipped.f
        pack(2)
        self.assertEqual(["zipped.sub"], [n for n in reimport.modified() if n == "zipped.sub"])
        reimport.reimport("zipped")
        self.assertEqual(2, f())
        self.assertIs(f, zipped.f)
        self.assertEqual("zipimporter", type(zipped.__loader__).__name__)
        self.assertEqual([], [n for n in reimport.modified() if n.startswith("zipped")])
        with open(path, "wb") as file:
            file.write(b"no archive")
        self.refuse(Exception, "zipped")

    def test_loader_of_its_own(self):
        class Loader:
            made = 0

            def create_module(self, spec):
                return None

            def exec_module(self, module):
                Loader.made += 1
                module.x = Loader.made

        class Finder:
            @staticmethod
            def find_spec(name, path=None, target=None):
                if name == "odd":
                    return importlib.machinery.ModuleSpec(name, Loader(), origin="nowhere")

        sys.meta_path.insert(0, Finder)
        self.addCleanup(sys.meta_path.remove, Finder)
        odd = self.load("odd")
        reimport.reimport("odd")
        self.assertEqual(2, odd.x)
        self.assertIsInstance(odd.__loader__, Loader)

    def test_transforming_loader(self):
        class Loader(importlib.machinery.SourceFileLoader):
            def source_to_code(self, data, *rest, **options):
                return super().source_to_code(data.replace(b"ONE", b"1"), *rest, **options)

        path = self.write("m.py", "x = ONE + 1")
        spec = importlib.util.spec_from_file_location("m", path, loader=Loader("m", path))

        class Finder:
            @staticmethod
            def find_spec(name, path=None, target=None):
                return spec if name == "m" else None

        sys.meta_path.insert(0, Finder)
        self.addCleanup(sys.meta_path.remove, Finder)
        m = self.load("m")
        self.write("m.py", "x = ONE + 2")
        reimport.reimport("m")
        self.assertEqual(3, m.x)


class Packages(Case):
    def package(self, number=1):
        self.write("pkg/__init__.py", "from .a import fa\n")
        self.write("pkg/a.py", "from . import b\ndef fa(): return b.x\n")
        self.write("pkg/b.py", "x = %d\n" % number)
        self.write("pkg/lazy.py", "y = %d\n" % number)
        return importlib.import_module("pkg")

    def test_package(self):
        pkg = self.package()
        lazy = self.load("pkg.lazy")
        fa = pkg.fa
        self.package(2)
        reimport.reimport("pkg")
        self.assertEqual((2, 2), (fa(), lazy.y))
        self.assertIs(lazy, pkg.lazy)

    def test_submodule_alone(self):
        pkg = self.package()
        b = pkg.b
        self.package(2)
        reimport.reimport("pkg.b")
        self.assertEqual((2, 2), (pkg.fa(), pkg.b.x))
        self.assertIs(b, pkg.b)

    def test_whole_package(self):
        pkg = self.package()
        self.write("pkg/__init__.py", "__package_reimport__ = True\nimport sys\nsys.seen.append(1)\n")
        reimport.reimport("pkg")
        self.package(2)
        with open(os.path.join(self.dir, "pkg/__init__.py"), "a") as file:
            file.write("import sys\nsys.seen.append(2)\n")
        reimport.reimport("pkg.b")
        self.assertEqual([1, 2], sys.seen)
        self.assertEqual(2, pkg.fa())

    def test_failing_package(self):
        pkg = self.package()
        self.write("pkg/lazy.py", "y = 1")
        self.load("pkg.lazy")
        self.package(2)
        self.write("pkg/lazy.py", "import wave, pkg.added\nraise KeyError('late')\n")
        self.write("pkg/added.py", "")
        error = self.refuse(KeyError, "pkg")
        self.assertEqual(("late",), error.args)
        self.assertEqual(1, pkg.fa())

    def test_order_and_once(self):
        for name in ("pkg/__init__", "pkg/a", "pkg/b", "pkg/sub/__init__", "pkg/sub/c"):
            self.write(name + ".py", "import sys; sys.seen.append(__name__)\n")
        for name in ("pkg.b", "pkg.a", "pkg.sub.c"):
            self.load(name)
        del sys.seen[:]
        reimport.reimport("pkg.sub.c", "pkg", "pkg.a")
        self.assertEqual(["pkg", "pkg.b", "pkg.a", "pkg.sub", "pkg.sub.c"], sys.seen)

    def test_circular(self):
        self.write("pkg/__init__.py", "")
        self.write("pkg/a.py", "import pkg.b\ndef f(): return pkg.b.g()\n")
        self.write("pkg/b.py", "import pkg.a\ndef g(): return 1\ndef h(): return pkg.a.f()\n")
        a = self.load("pkg.a")
        h = sys.modules["pkg.b"].h
        self.write("pkg/b.py", "import pkg.a\ndef g(): return 2\ndef h(): return pkg.a.f()\n")
        reimport.reimport("pkg")
        self.assertEqual((2, 2), (h(), a.f()))

    def test_attribute_that_hides_the_submodule(self):
        self.write("pkg/__init__.py", "from .f import f\n")
        self.write("pkg/f.py", "def f(): return 1\n")
        pkg = self.load("pkg")
        f = pkg.f
        self.write("pkg/f.py", "def f(): return 2\n")
        reimport.reimport("pkg.f")
        self.assertIs(f, pkg.f)
        self.assertEqual(2, f())
        reimport.reimport("pkg")
        self.assertIs(f, pkg.f)

    def test_parent_attribute_when_it_fails(self):
        pkg = self.package()
        self.write("pkg/b.py", "x = 3\nraise SystemExit")
        self.refuse(SystemExit, "pkg.b")
        self.assertEqual(1, pkg.b.x)

    def test_namespace_package(self):
        self.write("space/a.py", "x = 1")
        a = self.load("space.a")
        space = sys.modules["space"]
        self.write("space/a.py", "x = 2")
        reimport.reimport("space")
        self.assertEqual(2, a.x)
        self.assertIs(space, sys.modules["space"])
        self.assertFalse(getattr(space.__spec__, "_initializing", False))
        self.assertIs(a, space.a)

    def test_module_becomes_package(self):
        m = self.load("m", "x = 1")
        os.unlink(os.path.join(self.dir, "m.py"))
        self.write("m/__init__.py", "from .sub import x")
        self.write("m/sub.py", "x = 2")
        self.assertIn("m", reimport.modified())
        reimport.reimport("m")
        self.assertEqual(2, m.x)
        self.assertTrue(m.__file__.endswith("m/__init__.py"))
        self.assertEqual([os.path.join(self.dir, "m")], list(m.__path__))
        self.assertEqual(2, sys.modules["m.sub"].x)

    def test_package_becomes_module(self):
        pkg = self.package()
        shutil.rmtree(os.path.join(self.dir, "pkg"))
        self.write("pkg.py", "def fa(): return 3")
        reimport.reimport("pkg")
        self.assertEqual(3, pkg.fa())
        self.assertEqual([], [name for name in sys.modules if name.startswith("pkg.")])
        self.assertFalse(hasattr(pkg, "__path__"))

    def test_removed_submodule(self):
        pkg = self.package()
        lazy = self.load("pkg.lazy")
        os.unlink(lazy.__file__)
        self.package(2)
        os.unlink(lazy.__file__)
        reimport.reimport("pkg")
        self.assertEqual(2, pkg.fa())
        self.assertNotIn("pkg.lazy", sys.modules)
        self.assertFalse(hasattr(pkg, "lazy"))
        self.refuse(ValueError, "pkg.lazy")

    def test_removed_module(self):
        m = self.load("m", "x = 1")
        os.unlink(m.__file__)
        error = self.refuse(ModuleNotFoundError, "m")
        self.assertEqual("m", error.name)

    def test_added_submodule(self):
        pkg = self.package()
        self.write("pkg/__init__.py", "from .a import fa\nfrom .new import z\n")
        self.write("pkg/new.py", "z = 5\n")
        reimport.reimport("pkg")
        self.assertEqual((5, 5), (pkg.z, pkg.new.z))
        self.assertIs(pkg.new, sys.modules["pkg.new"])

    def test_path_changed_by_the_package(self):
        self.write("pkg/__init__.py", "__path__.append(__path__[0] + '/more')\n")
        self.write("pkg/more/a.py", "x = 1")
        a = self.load("pkg.a")
        self.write("pkg/more/a.py", "x = 2")
        reimport.reimport("pkg")
        self.assertEqual(2, a.x)
        self.assertEqual(2, len(sys.modules["pkg"].__path__))

    def test_extension_in_package_stays(self):
        pkg = self.package()
        ext = importlib.import_module("_ctypes")
        sys.modules["pkg.ext"] = pkg.ext = ext
        self.package(2)
        reimport.reimport("pkg")
        self.assertIs(ext, pkg.ext)
        self.assertIs(ext, sys.modules["pkg.ext"])

    def test_alias(self):
        m = self.load("m", "def f(): return 1")
        sys.modules["m_alias"] = m
        self.write("m.py", "def f(): return 2")
        reimport.reimport("m_alias")
        self.assertEqual(2, m.f())
        self.assertIs(m, sys.modules["m_alias"])
        self.assertIs(m, sys.modules["m"])


class Exports(Case):
    def test_missing_name(self):
        m = self.load("m", "__all__ = ['x']\nx = 1")
        self.write("m.py", "__all__ = ['x', 'y']\nx = 2")
        error = self.refuse(AttributeError, "m")
        self.assertIn("'y'", str(error))
        self.assertEqual(1, m.x)

    def test_submodule_counts(self):
        self.write("pkg/__init__.py", "__all__ = ['never_loaded']")
        self.write("pkg/never_loaded.py", "1 / 0")
        self.load("pkg")
        reimport.reimport("pkg")
        self.assertNotIn("pkg.never_loaded", sys.modules)

    def test_lazy_name_counts(self):
        self.load("m", "__all__ = ['x']\ndef __getattr__(name): raise RuntimeError(name)")
        reimport.reimport("m")

    def test_not_a_name(self):
        self.load("m", "__all__ = []")
        self.write("m.py", "__all__ = [1]")
        self.refuse(TypeError, "m")


class Containers(Case):
    """What containers go on with when what they hold was switched."""

    def test_an_ordered_dict_does_not_take_a_later_table_for_one_that_it_had(self):
        mod = self.load("mod", "class handler: pass\n")

        class Key:
            """Its hash is told by Python code, so that no value can be set by asking for it."""

            def __hash__(self):
                return 7

        def address(offset):
            return ctypes.c_void_p.from_address(id(ordered) + offset).value

        key = Key()
        ordered = OrderedDict([("first", 1), (key, mod.handler)])
        self.assertEqual(["first", key], list(ordered))
        self.write("mod.py", "def handler(): return 2\n")
        reimport.reimport("mod")
        # The table by which it knows where its keys are (od_resize_sentinel), and the one that it has (ma_keys):
        # another one may come to be where an earlier one was.
        self.assertIn(address(80), (None, address(32)))
        self.assertIs(mod.handler, ordered[key])
        ordered.update((i, i) for i in range(100))
        self.assertEqual(["first", key] + list(range(100)), list(ordered))
        del ordered["first"]
        self.assertEqual([key] + list(range(100)), list(ordered))


class Replaced(Case):
    """Classes that others replace, as instances of theirs cannot become those of the new ones."""

    def living(self, name):
        gc.collect()
        return sum(type(o) is type and o.__module__ == "m" and o.__name__ == name for o in gc.get_objects())

    def replaced(self, text, *values):
        m = self.load("m", text % values[0])
        last = m.C()
        for value in values[1:] * 6:
            self.write("m.py", text % value)
            reimport.reimport("m")
            last = m.C()
        return last

    def test_no_chain_of_records_keeps_them(self):
        text = """\
            class B:
                def hi(self): return 0
            class C(%s, B):
                __slots__ = ()
                def hi(self): return super().hi()
                @property
                def more(self): return super()
            """
        last = self.replaced(textwrap.dedent(text), "dict", "list", "set")
        self.assertEqual(0, last.hi())
        self.assertLessEqual(self.living("B"), 2)
        self.assertLessEqual(self.living("C"), 3)

    def test_those_that_somebody_has_stay(self):
        text = "class C(%s):\n    def hi(self): return 1\n"
        m = self.load("m", text % "dict")
        old, method = m.C(), m.C.hi
        for base in ("list", "set", "dict") * 2:
            self.write("m.py", (text % base).replace("1", repr(base)))
            reimport.reimport("m")
        self.assertEqual(["dict", "dict", "dict"], [old.hi(), m.C().hi(), method(old)])
        self.assertEqual("C", type(old).__name__)


class Failures(Case):
    def test_not_loaded(self):
        self.load("some_module", "")
        error = self.refuse(ValueError, "some_modul")
        self.assertIn("some_module", str(error))
        self.refuse(ValueError, type(sys)("unknown"))
        self.refuse(ValueError, 5)

    def test_another_sys_modules(self):
        m = self.load("m", "def f(): return 1")
        self.write("m.py", "def f(): return 2")
        own, errors = sys.modules, []
        for other in dict(own), type("Modules", (dict,), {})(own), None:
            try:
                sys.modules = other
                if other is None:
                    del sys.modules
                reimport.reimport("m")
            except ImportError as e:
                errors.append(e)
            finally:
                sys.modules = own
        self.assertEqual(3, len(errors))
        self.assertEqual(1, m.f())
        reimport.reimport("m")
        self.assertEqual(2, m.f())

    def test_last_part_is_suggested(self):
        self.write("pkg/__init__.py", "")
        self.load("pkg.handlers", "")
        self.assertIn("pkg.handlers", str(self.refuse(ValueError, "handlers")))

    def test_no_source(self):
        sys.modules["made"] = type(sys)("made")
        importlib.import_module("_ctypes")
        for name in ("sys", "builtins", "_ctypes", "made", "_frozen_importlib"):
            self.assertIn(name, str(self.refuse(ValueError, name)))
        sys.modules["thing"] = 5
        self.refuse(ValueError, "thing")

    def test_syntax_error(self):
        m = self.load("m", "x = 1")
        self.load("n", "x = 1")
        self.write("n.py", "import sys; sys.seen.append(1)")
        self.write("m.py", "x = 2\ndef f(:\n")
        error = self.refuse(SyntaxError, "n", "m")
        self.assertEqual((m.__file__, 2), (error.filename, error.lineno))
        self.assertEqual([], sys.seen)

    def test_not_text(self):
        self.load("m", "x = 1")
        self.write("m.py", b"x = '\xff'", binary=True)
        self.refuse(SyntaxError, "m")
        self.write("m.py", b"x = '\0'", binary=True)
        self.refuse((SyntaxError, ValueError), "m")

    def test_any_exception(self):
        m = self.load("m", "x = 1")
        self.load("n", "x = 1")
        for text in ("SystemExit(1)", "KeyboardInterrupt", "MemoryError", "GeneratorExit", "OSError"):
            self.write("n.py", "x = 2; import wave, colorsys")
            self.write("m.py", "import n, chunky, n\nraise " + text)
            self.write("chunky.py", "")
            self.refuse(eval(text) if "(" not in text else SystemExit, "n", "m")
            self.assertEqual(1, m.x)

    def test_traceback_is_that_of_an_import(self):
        self.load("m", "x = 1")
        self.write("m.py", "\n1 / 0")
        try:
            reimport.reimport("m")
        except ZeroDivisionError as error:
            frames, tb = [], error.__traceback__
        while tb is not None:
            frames.append((os.path.basename(tb.tb_frame.f_code.co_filename), tb.tb_lineno))
            tb = tb.tb_next
        self.assertEqual(("m.py", 2), frames[-1])
        self.assertEqual([], [name for name, _ in frames if name.startswith("<frozen")])

    def test_then_it_works(self):
        m = self.load("m", "def f(): return 1")
        self.write("m.py", "def f(): return 2\n1 / 0")
        self.refuse(ZeroDivisionError, "m")
        self.write("m.py", "def f(): return 3")
        reimport.reimport("m")
        self.assertEqual(3, m.f())

    def test_import_error_of_another_module(self):
        self.load("m", "x = 1")
        self.write("m.py", "import no_such_module_at_all")
        self.refuse(ModuleNotFoundError, "m")

    def test_broken_dependency(self):
        self.load("m", "x = 1")
        self.write("m.py", "import dep")
        self.write("dep.py", "import dep2\n1 / 0")
        self.write("dep2.py", "")
        self.refuse(ZeroDivisionError, "m")

    def test_module_that_removes_itself(self):
        self.load("m", "x = 1")
        self.write("m.py", "import sys\ndel sys.modules[__name__]")
        self.refuse(Exception, "m")


class Callback(Case):
    def test_called_with_the_old_module(self):
        m = self.load("m", "cache = {'a': 1}\ndef f(): return 1")
        self.write(
            "m.py",
            """
            cache = {}
            def __reimported__(old):
                import sys
                sys.seen.append((old is sys.modules.get('other'), old.f()))
                cache.update(old.cache)
                return True
            def f(): return 2
            """,
        )
        sys.modules["other"] = m
        reimport.reimport("m")
        self.assertEqual([(True, 1)], sys.seen)
        self.assertEqual(({"a": 1}, 2), (m.cache, m.f()))

    def test_false_takes_the_place(self):
        m = self.load("m", "def f(): return 1")
        f = m.f
        self.write("m.py", "def f(): return 2\ndef __reimported__(old): return False")
        reimport.reimport("m")
        self.assertIsNot(m, sys.modules["m"])
        self.assertEqual((1, 1, 2), (f(), m.f(), sys.modules["m"].f()))

    def test_false_in_a_package(self):
        self.write("pkg/__init__.py", "")
        m = self.load("pkg.m", "def f(): return 1")
        self.write("pkg/m.py", "def f(): return 2\ndef __reimported__(old): return False")
        reimport.reimport("pkg.m")
        pkg = sys.modules["pkg"]
        self.assertIsNot(m, pkg.m)
        self.assertIs(pkg.m, sys.modules["pkg.m"])

    def test_exception_is_printed(self):
        m = self.load("m", "def f(): return 1")
        self.write("m.py", "def f(): return 2\ndef __reimported__(old):\n    1 / 0")
        keep, sys.stderr = sys.stderr, io.StringIO()
        try:
            reimport.reimport("m")
            text = sys.stderr.getvalue()
        finally:
            sys.stderr = keep
        self.assertEqual(2, m.f())
        self.assertTrue(text.startswith("Traceback (most recent call last):\n"), text)
        self.assertTrue(text.endswith("ZeroDivisionError: division by zero\n"), text)
        self.assertIn("line 3, in __reimported__\n", text)

    def test_exit_goes_through(self):
        m = self.load("m", "x = 1")
        self.write("m.py", "x = 2\ndef __reimported__(old): raise SystemExit")
        self.refuse(SystemExit, "m")
        self.assertEqual(1, m.x)

    def test_after_all_imports(self):
        self.load("a", "")
        self.load("b", "")
        for name in "ab":
            self.write(
                name + ".py",
                "import sys\nsys.seen.append(__name__)\n"
                "def __reimported__(old): sys.seen.append(len(sys.seen)); return True\n",
            )
        reimport.reimport("a", "b")
        self.assertEqual({"a", "b"}, set(sys.seen[:2]))
        self.assertEqual([2, 3], sys.seen[2:])

    def test_not_within_another(self):
        m = self.load("m", "x = 1")
        self.write("m.py", "import reimport\nx = 2\nreimport.reimport('m')")
        self.refuse(RuntimeError, "m")
        self.assertEqual(1, m.x)


class Threads(Case):
    def test_an_import_meanwhile_waits(self):
        m = self.load("m", "x = 1")
        started, go = threading.Event(), threading.Event()
        sys.seen = [started, go]
        self.write("m.py", "import sys\nsys.seen[0].set()\nsys.seen[1].wait(30)\nx = 2\n")
        got = []

        def other():
            started.wait(30)
            threading.Timer(0.2, go.set).start()
            import m

            got.append((m.x, m))

        thread = threading.Thread(target=other)
        thread.start()
        reimport.reimport("m")
        thread.join(30)
        self.assertEqual(2, got[0][0])
        # it may have another module object, but there is one namespace
        self.assertTrue(vars(m) is vars(got[0][1]))

    def meanwhile(self, exception, last):
        """What another thread finds in sys.modules while the new `m`, which ends with `last`, is imported."""
        m = self.load("m", "x = 1")
        n = self.load("n", "x = 1")
        started, go = threading.Event(), threading.Event()
        sys.seen = [started, go]
        self.write("m.py", "import sys\nx = 2\nsys.seen[0].set()\nsys.seen[1].wait(30)\n" + last)
        got = []

        def other():
            started.wait(30)
            for ask in (sys.modules.__getitem__, sys.modules.get, sys.modules.copy().get, dict(sys.modules).get,
                        dict(sys.modules.items()).get, dict(zip(sys.modules, sys.modules.values())).get,
                        lambda name: sys.modules.setdefault(name, None)):
                got.append((ask("m"), ask("n"), ask("sys")))
            got.append(m.x == n.x == 1 and (m, n, sys))
            got.append("m" in sys.modules and "n" in sys.modules and (m, n, sys))
            del sys.modules["theirs"]
            sys.modules["theirs too"] = n
            go.set()

        sys.modules["theirs"] = m
        thread = threading.Thread(target=other)
        thread.start()
        if exception:
            with self.assertRaises(exception):
                reimport.reimport("m", "n")
        else:
            reimport.reimport("m", "n")
        thread.join(30)
        self.assertEqual([(m, n, sys)] * 9, got)
        self.assertIs(n, sys.modules["n"])

    def test_others_find_the_old_modules_meanwhile(self):
        self.meanwhile(None, "")
        self.assertNotIn("theirs", sys.modules)
        self.assertIs(sys.modules["n"], sys.modules["theirs too"])

    def test_others_find_the_old_modules_where_it_fails(self):
        self.meanwhile(ZeroDivisionError, "1 / 0")

    def test_the_new_top_level_finds_the_new_modules(self):
        m = self.load("m", "x = 1")
        self.load("n", "x = 1")
        sys.modules["alias"] = m
        seen = sys.seen
        self.write("m.py", """\
            import sys
            modules, seen = sys.modules, sys.seen
            seen.append(("n" in modules, modules.get("n"), modules.pop("n", 7), "n" in modules.keys()))
            for what in ("modules['n']", "modules.pop('n')", "modules.__delitem__('n')"):
                try:
                    eval(what)
                except KeyError as e:
                    seen.append(e.args)
            m = modules[__name__]
            seen.append([vars(found) is globals() for found in (
                m, modules.get("m"), modules.copy()["m"], dict(modules.items())["m"], modules.setdefault("m", 5))])
            seen.append((m in modules.values(), "n" in modules.copy(), modules["alias"] is m))
            modules.update(alias=m)
            modules["new alias"] = m
            import n
            seen.append((n.x, modules["n"] is n, modules["alias"] is m))
            """)
        self.write("n.py", "x = 2")
        reimport.reimport("m", "n")
        self.assertEqual([
            (False, None, 7, False), ("n",), ("n",), ("n",), [True] * 5, (True, False, False), (2, True, True)], seen)
        self.assertEqual([m] * 3, [sys.modules[name] for name in ("m", "alias", "new alias")])

    def test_an_import_meanwhile_of_what_fails(self):
        m = self.load("m", "x = 1")
        started, go = threading.Event(), threading.Event()
        sys.seen = [started, go]
        self.write("m.py", "import sys\nx = 2\nsys.seen[0].set()\nsys.seen[1].wait(30)\n1 / 0\n")
        got = []

        def other():
            started.wait(30)
            threading.Timer(0.2, go.set).start()
            import m

            got.append(m.x)

        thread = threading.Thread(target=other)
        thread.start()
        with self.assertRaises(ZeroDivisionError):
            reimport.reimport("m")
        thread.join(30)
        self.assertEqual([1], got)
        self.assertIs(m, sys.modules["m"])

    def test_what_others_import_meanwhile_stays(self):
        self.load("m", "x = 1")
        self.write("theirs.py", "")
        started, go = threading.Event(), threading.Event()
        sys.seen = [started, go]
        self.write("m.py", "import sys\nsys.seen[0].set()\nsys.seen[1].wait(30)\n1 / 0\n")

        def other():
            started.wait(30)
            import theirs

            go.set()

        thread = threading.Thread(target=other)
        thread.start()
        with self.assertRaises(ZeroDivisionError):
            reimport.reimport("m")
        thread.join(30)
        self.assertIn("theirs", sys.modules)

    def theirs(self, last, action, first=""):
        """Reimports an `m` that begins with `first` and ends with `last`; in between another thread calls `action`."""
        started, go = threading.Event(), threading.Event()
        sys.seen = [started, go]
        self.write("m.py", first + "\nimport sys\nx = 2\nsys.seen[0].set()\nsys.seen[1].wait(30)\n" + last)

        def other():
            started.wait(30)
            action()
            go.set()

        thread = threading.Thread(target=other)
        thread.start()
        try:
            if last:
                with self.assertRaises(ZeroDivisionError):
                    reimport.reimport("m")
            else:
                reimport.reimport("m")
        finally:
            thread.join(30)

    def change_modules(self):
        """What a program does to sys.modules beside an import statement."""
        module = type(sys)
        sys.modules["plugin"] = module("plugin")
        self.write("vendored.py", "import sys\nsys.modules['vendored.packages'] = type(sys)('vendored.packages')\n")
        importlib.import_module("vendored.packages")
        del sys.modules["deleted"]
        sys.modules["replaced"] = sys

    def check_modules(self, names):
        self.assertEqual([*names, "plugin", "vendored.packages", "vendored"], list(sys.modules))
        self.assertIs(sys, sys.modules["replaced"])
        self.assertIs(sys.modules["vendored.packages"], importlib.import_module("vendored.packages"))

    def test_what_others_do_to_sys_modules_meanwhile_stays(self):
        for last in ("1 / 0", "import brought, sys\nsys.modules['by hand'] = sys\n1 / 0",
                     "import sys\nsys.modules.clear()\n1 / 0",
                     "import sys\nsys.modules.popitem()\nsys.modules.__ior__({'by hand': 1, 'm': 2})\n1 / 0", ""):
            with self.subTest(last):
                self.load("m", "x = 1")
                self.write("brought.py", "")
                sys.modules.update(deleted=1, replaced=2)
                names = [name for name in sys.modules if name != "deleted"]
                self.theirs(last, self.change_modules)
                self.check_modules(names)
                self.forget()

    def test_what_others_put_where_the_new_top_level_has_been(self):
        self.load("m", "x = 1")
        last = """\
import sys
modules = sys.modules
assert modules.pop("taken away") == 1
modules["put over"] = 2
del modules["back again"]
modules["back again"] = 3
modules["ours"] = modules["ours alone"] = 2
sys.seen[2].set()
sys.seen[3].wait(30)
1 / 0
"""
        names = list(sys.modules)

        def first():
            sys.modules.update({"taken away": 1, "put over": 1, "back again": 1})
            sys.seen.extend([threading.Event(), threading.Event()])
            threading.Thread(target=later).start()

        def later():
            sys.seen[2].wait(30)
            sys.modules["ours"] = 1
            sys.modules["put over"] = 3
            sys.seen[3].set()

        self.theirs(last, first)
        now = {name: sys.modules[name] for name in sys.modules if name not in names}
        self.assertEqual({"taken away": 1, "put over": 3, "back again": 1, "ours": 1}, now)

    def test_what_c_code_puts_into_sys_modules_is_taken_back(self):
        m = self.load("m", "x = 1")
        self.write("brought.py", "import sys\ndict.__setitem__(sys.modules, __name__, sys.modules[__name__])\n")
        self.write("m.py", "import brought, sys\ndict.__setitem__(sys.modules, 'm', sys.modules['m'])\n1 / 0\n")
        self.refuse(ZeroDivisionError, "m")
        self.assertIs(m, sys.modules["m"])

    def test_an_import_of_others_that_fails_meanwhile(self):
        self.load("m", "x = 1")
        events = [threading.Event() for _ in range(3)]
        sys.events = events
        self.addCleanup(delattr, sys, "events")
        self.write("half.py", "import sys\nsys.events[0].set()\nsys.events[1].wait(30)\n1 / 0\n")

        def other():
            with self.assertRaises(ZeroDivisionError):
                import half
            events[2].set()

        def release():
            events[1].set()
            events[2].wait(30)

        thread = threading.Thread(target=other)
        thread.start()
        events[0].wait(30)
        self.theirs("1 / 0", release)
        thread.join(30)
        self.assertNotIn("half", sys.modules)

    @unittest.skipUnless(hasattr(os, "fork"), "no fork")
    def test_a_forked_child_has_what_others_did_to_sys_modules(self):
        self.load("m", "x = 1")
        self.write("brought.py", "")
        sys.modules.update(deleted=1, replaced=2)
        names = [name for name in sys.modules if name != "deleted"]
        status = []

        def fork():
            self.change_modules()
            child = os.fork()
            if not child:
                try:
                    self.check_modules(names)
                    os._exit(0)
                except BaseException:
                    traceback.print_exc()
                    os._exit(1)
            status.append(os.waitpid(child, 0)[1])

        self.theirs("", fork, "import brought, sys\nsys.modules['by hand'] = sys")
        self.assertEqual([0], status)

    def test_waits_for_an_import_under_way(self):
        m = self.load("m", "x = 1")
        lock = sys.modules["_frozen_importlib"]._get_module_lock("m")
        lock.acquire()
        done = threading.Event()

        def other():
            reimport.reimport("m")
            done.set()

        self.write("m.py", "x = 2")
        thread = threading.Thread(target=other)
        thread.start()
        self.assertFalse(done.wait(0.3))
        self.assertEqual(1, m.x)
        lock.release()
        thread.join(30)
        self.assertEqual(2, m.x)

    def test_two_at_once(self):
        self.load("a", "x = 0")
        self.load("b", "x = 0")
        errors = []

        def work(name):
            try:
                for number in range(5):
                    reimport.reimport(name)
            except BaseException as e:
                errors.append(e)

        threads = [threading.Thread(target=work, args=(name,)) for name in "abab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual([], errors)


class Finalizers(Case):
    """What is let go of has a finalizer that ends a thread, which imports the module when it is asked to end."""

    HEAD = "import functools, sys, worker\n"
    END = "\ndef g(): return 2\n"

    def setUp(self):
        super().setUp()
        self.worker = self.load("worker", """
            import importlib, threading

            class Worker:
                seen, module, ask = [], "m", importlib.import_module

                def __init__(self, name):
                    self.name, self.stop = name, threading.Event()
                    self.thread = threading.Thread(target=run, args=(self.stop,), daemon=True)
                    self.thread.start()

                def __del__(self):
                    self.stop.set()
                    self.thread.join(5)
                    self.seen.append((self.name, self.thread.is_alive()))

            def run(stop):
                stop.wait()
                Worker.ask(Worker.module)
            """)

    def after(self, text, exception=None, module="m"):
        """What was let go of by a reimport of m with that as its rest, and whether its thread went on."""
        self.write("m.py", self.HEAD + text)
        if exception is None:
            reimport.reimport(module)
        else:
            with self.assertRaises(exception):
                reimport.reimport(module)
        seen, self.worker.Worker.seen[:] = sorted(self.worker.Worker.seen), []
        return seen

    def test_what_the_record_held(self):
        self.load("m", self.HEAD + "w = worker.Worker(0)")
        self.after("w = worker.Worker(1)")
        self.assertEqual([(0, False)], self.after("w = worker.Worker(2)"))

    def test_what_was_cached(self):
        for size in ("", "None"):
            text = "@functools.lru_cache(%s)\ndef get(name): return worker.Worker(name)\n" % size
            m = self.load("m", self.HEAD + text)
            m.get(0), m.get(1)
            self.assertEqual([(0, False), (1, False)], self.after(text + self.END))
            self.assertEqual((0, 0), (m.get.cache_info().hits, m.get.cache_info().currsize))
            m.get(2), m.get(2)
            self.assertEqual((1, 1), (m.get.cache_info().hits, m.get.cache_info().currsize))
            m.get.cache_clear()
            self.assertEqual([(2, False)], self.worker.Worker.seen)
            self.worker.Worker.seen.clear()
            del sys.modules["m"]

    def test_what_a_failed_import_left(self):
        self.load("m", self.HEAD)
        text = (
            "class Own(worker.Worker): pass\n"
            "worker.held, worker.named = [Own('list')], {1: Own('dict')}\n"
            "sys.modules['m.more'] = worker.Worker('module')\n"
            "del Own\n"
            "1 / 0"
        )
        seen = self.after(text, ZeroDivisionError)
        self.assertEqual([("dict", False), ("list", False), ("module", False)], seen)

    def test_what_an_earlier_one_of_a_failed_set_left(self):
        self.load("m", self.HEAD)
        self.worker.Worker.module = "p"
        self.write("p/__init__.py", "from . import a, b")
        self.write("p/a.py", "")
        self.load("p.b", "")
        self.write("p/a.py", "import p, worker\nw = worker.Worker('global')\np.w = worker.Worker('attribute')")
        self.write("p/b.py", "1 / 0")
        self.assertEqual([("attribute", False), ("global", False)], self.after("", ZeroDivisionError, "p"))


class FinalizersThatReimport(Finalizers):
    """That thread reimports another module instead."""

    def setUp(self):
        super().setUp()
        gc.disable()  # it may have them called in the midst of a reimport, which refuses another one or has it wait
        self.addCleanup(gc.enable)
        self.load("n", "x = 1")
        self.worker.Worker.ask = staticmethod(lambda module: reimport.reimport("n"))

    def test_what_the_record_held(self):
        self.load("m", self.HEAD + "w = worker.Worker(0)")
        self.after("w = worker.Worker(1)")
        # with the record that n's takes the place of goes what that held
        self.assertEqual([(0, False), (1, False)], self.after("w = worker.Worker(2)"))

    def test_of_our_own_thread(self):
        text = """\
            import reimport, sys
            class C:
                def __del__(self):
                    try:
                        reimport.reimport("n")
                    except Exception as e:
                        sys.seen.append(e)
            """
        self.load("m", text)
        for last in "c = C()\n", "del C\n", "c = C()\n1 / 0\n", "":
            self.write("m.py", textwrap.dedent(text) + last)
            try:
                reimport.reimport("m")
            except ZeroDivisionError:
                pass
        self.assertEqual([], sys.seen)


class Interruptions(Case):
    """The handler of a signal raises where a reimport cannot end yet: while its locks are given back."""

    class Over(BaseException):
        pass

    class Spec(importlib.machinery.ModuleSpec):
        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            if name == "_initializing" and not value and sys.armed:
                sys.armed -= 1
                signal.raise_signal(signal.SIGUSR1)

    def setUp(self):
        super().setUp()

        class Finder:
            @staticmethod
            def find_spec(name, path=None, target=None):
                found = importlib.machinery.PathFinder.find_spec(name, path) if name == "m" else None
                if found is None:
                    return None
                spec = self.Spec(name, found.loader, origin=found.origin)
                spec.has_location = True
                return spec

        def handler(*args):
            raise self.Over(sys.armed)

        sys.armed = 0
        sys.meta_path.insert(0, Finder)
        self.addCleanup(sys.meta_path.remove, Finder)
        self.addCleanup(signal.signal, signal.SIGUSR1, signal.signal(signal.SIGUSR1, handler))
        self.m = self.load("m", "def f(): return 1")

    def test_after_the_commit(self):
        self.write("m.py", "def f(): return 22")
        sys.armed = 2
        with self.assertRaises(self.Over) as caught:
            reimport.reimport("m")
        self.assertEqual((1,), caught.exception.args)  # the first one
        self.assertIsNone(caught.exception.__context__)
        self.assertEqual(22, self.m.f())
        self.assertEqual([], reimport.modified(self.dir))
        self.write("m.py", "def f(): return 333")
        reimport.reimport("m")
        self.assertEqual(333, self.m.f())

    def test_on_the_way_back(self):
        self.write("m.py", "def f(): return 22\n1 / 0")
        sys.armed = 1
        caught = self.refuse(self.Over, "m")
        self.assertIsInstance(caught.__context__, ZeroDivisionError)
        self.assertIsNotNone(caught.__context__.__traceback__)
        self.assertEqual(1, self.m.f())

    def test_between_a_change_of_sys_modules_and_its_note(self):
        """An exception before every third instruction of those in finder.py that do both."""
        done, at = 0, -2

        def trace_instruction(frame, event, arg):
            nonlocal done
            if event == "opcode":
                done += 1
                if done == at:
                    raise self.Over
            return trace_instruction

        def trace(frame, event, arg):
            ours = frame.f_globals.get("__name__") == "reimport"
            if not ours or frame.f_code.co_name not in ("put", "note", "change"):
                return None
            frame.f_trace_opcodes = True
            return trace_instruction

        self.write("m.py", "import helper")
        self.write("helper.py", "1 / 0")
        while done >= at:
            done, at = 0, at + 3
            sys.settrace(trace)
            try:
                reimport.reimport("m")
            except (self.Over, ZeroDivisionError):
                pass
            finally:
                sys.settrace(None)
            self.assertFalse("helper" in sys.modules, at)
        if not done:
            self.skipTest("no instructions are traced")
        self.assertGreater(at, 30)

    def test_what_the_handler_was_in_is_not_all_that_is_told(self):
        errors = []

        def handler(*args):
            try:
                errors[0]
            except IndexError as e:
                errors.extend([e, self.Over()])
                raise errors[1]

        signal.signal(signal.SIGUSR1, handler)
        self.write("m.py", "def f(): return 22\n1 / 0")
        sys.armed = 1
        caught = self.refuse(self.Over, "m")
        self.assertIs(errors[0], caught.__context__)
        self.assertIsInstance(errors[0].__context__, ZeroDivisionError)
        self.assertIsNone(errors[0].__context__.__context__)

    def test_contexts_become_no_circle(self):
        raised = self.Over()

        def handler(*args):
            raise raised

        signal.signal(signal.SIGUSR1, handler)
        sys.raised = raised
        self.addCleanup(delattr, sys, "raised")
        for text in ("e = ValueError()\ne.__context__ = sys.raised\nraise e", "sys.raised.__context__ = e = ValueError()\nraise e",
                     "raise sys.raised"):
            raised.__context__ = None
            self.write("m.py", "import sys\n" + text)
            sys.armed = 1
            self.assertIs(raised, self.refuse(self.Over, "m"))
            seen = []
            while raised is not None and raised not in seen:
                seen.append(raised)
                raised = raised.__context__
            self.assertIsNone(raised)
            raised = seen[0]

    def test_where_a_callback_is_reported(self):
        class Stream:
            def write(self, text):
                signal.raise_signal(signal.SIGUSR1)

            def flush(self):
                pass

        self.write("m.py", "def f(): return 22\ndef __reimported__(old): 1 / 0")
        self.addCleanup(setattr, sys, "stderr", sys.stderr)
        sys.stderr = Stream()
        self.refuse(self.Over, "m")
        self.assertEqual(1, self.m.f())


class Modified(Case):
    """What a program may have in sys.modules and on its disk ends nothing, and hides nothing."""

    def setUp(self):
        super().setUp()
        bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        self.addCleanup(setattr, sys, "dont_write_bytecode", bytecode)
        self.m = self.load("m", "def f(): return 1")
        self.write("m.py", "def f(): return 2")

    def lazy(self, name):
        spec = importlib.util.find_spec(name)
        spec.loader = importlib.util.LazyLoader(spec.loader)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def test_a_lazy_module_is_not_executed(self):
        self.write("lazy.py", "import sys\nsys.seen.append(1)\ndef f(): return 1\n")
        lazy = self.lazy("lazy")
        self.write("lazy.py", "import sys\nsys.seen.append(2)\ndef f(): return 2\n")
        self.assertEqual(["m"], reimport.modified(self.dir))
        reimport.reimport("m")
        self.assertEqual([], sys.seen)
        self.assertEqual(2, lazy.f())
        self.assertEqual([2], sys.seen)
        self.write("lazy.py", "import sys\nsys.seen.append(3)\ndef f(): return 3\n")
        self.assertEqual(["lazy"], reimport.modified(self.dir))
        reimport.reimport("lazy")
        self.assertEqual((3, [2, 3]), (lazy.f(), sys.seen))

    def test_a_lazy_package_is_not_executed(self):
        self.write("lazy/__init__.py", "import sys\nsys.seen.append(1)\n")
        path = self.write("lazy/sub.py", "x = 1")
        self.lazy("lazy")
        spec = importlib.util.spec_from_file_location("lazy.sub", path)
        sub = sys.modules["lazy.sub"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sub)
        self.write("lazy/sub.py", "x = 2")
        self.assertEqual(["lazy.sub", "m"], sorted(reimport.modified(self.dir)))
        self.assertEqual([], sys.seen)

    def test_a_lazy_module_has_nothing_to_reimport(self):
        self.write("lazy.py", "import sys\nsys.seen.append(1)\ndef f(): return 1\n")
        lazy = self.lazy("lazy")
        with self.assertRaisesRegex(ValueError, "lazy"):
            reimport.reimport("lazy")
        self.assertEqual([], sys.seen)
        self.assertEqual((1, [1]), (lazy.f(), sys.seen))
        reimport.reimport("lazy")
        self.assertEqual((1, [1, 1]), (lazy.f(), sys.seen))

    def test_what_says_that_it_is_a_module(self):
        m = self.m

        class Proxy:
            __class__ = property(lambda self: type(sys))
            __dict__ = property(lambda self: vars(m))

        class Bare:
            __slots__ = ()
            __class__ = property(lambda self: type(sys))

        class Raising(type(sys)):
            @property
            def __dict__(self):
                raise RuntimeError("no")

        class Spec:
            def __getattr__(self, name):
                raise RuntimeError(name)

        odd = self.load("odd", "x = 1")
        odd.__spec__ = Spec()
        raising = Raising("raising")
        raising.__file__ = os.path.join(self.dir, "raising.py")
        sys.modules.update(alias=Proxy(), bare=Bare(), raising=raising)
        self.assertEqual(["m"], reimport.modified(self.dir))
        reimport.reimport("m")
        self.assertEqual(2, m.f())
        self.assertNotIn("m", reimport.modified())

    def test_names_that_come_while_they_are_looked_at(self):
        g = self.load("g", "x = 1")

        class Name(str):
            """As another thread would, adds names while the namespace is walked."""

            def __hash__(self):
                vars(g)["__%d__" % len(vars(g))] = 1
                return str.__hash__(self)

        names = Name("__first__"), Name("__second__")
        vars(g).update(dict.fromkeys(names, 1))
        before = len(vars(g))
        self.assertEqual(["m"], reimport.modified(self.dir))
        self.assertGreater(len(vars(g)), before)

    def test_sources_that_ask_much_of_the_compiler(self):
        chain = "z = 1\nif z == 0: pass\n" + "".join("elif z == %d: pass\n" % n for n in range(900))
        c = self.load("c", "def f(): return 1\n" + chain[:-2])
        self.assertNotIn("c", reimport.modified())
        self.write("c.py", "def f(): return 1\n" + chain.replace("z = 1", "z = 2"))
        self.assertIn("c", reimport.modified())
        for text in ("x = %s1\n" % ("-" * 20000), "x = 1\0\n", "x = %s1%s\n" % ("(" * 150, ")" * 150)):
            self.write("c.py", "def f(): return 1\n" + text)
            self.assertEqual(["c", "m"], sorted(reimport.modified(self.dir)), text[:9])
        self.assertEqual(1, c.f())

    def test_importers_that_ask_much_of_the_compiler(self):
        self.write("m.py", "LIMIT = 1")
        reimport.reimport("m")
        chain = "z = 1\nif z == 0: pass\n" + "".join("elif z == %d: pass\n" % n for n in range(600))
        n = self.load("n", "from m import LIMIT\n")
        for limit, text in ((2, chain), (3, "x = %s1\n" % ("-" * 20000))):
            self.write("n.py", "from m import LIMIT\n" + text)
            self.write("m.py", "LIMIT = %d" % limit)
            reimport.reimport("m")
            self.assertEqual(limit, self.m.LIMIT)
            self.assertEqual(2, n.LIMIT)  # what does not compile tells nothing

    def test_one_of_two_literals(self):
        self.load("c", "x = []\nif __name__:\n    x = None\n")
        os.utime(os.path.join(self.dir, "c.py"))
        self.assertEqual(["m"], reimport.modified(self.dir))

    def replaced(self, name, make):
        path = os.path.join(self.dir, name)
        os.remove(path)
        make(path)

    def test_what_is_no_file(self):
        n, u = self.load("n", "x = 1"), self.load("u", "x = 1")
        for make in (os.mkfifo, lambda path: os.symlink("/dev/zero", path), os.mkdir):
            self.replaced("n.py", make)
            self.replaced("u.py", os.mkfifo)
            self.assertEqual(["m"], reimport.modified(self.dir))
            self.refuse(ModuleNotFoundError, "n")
            (os.rmdir if make is os.mkdir else os.remove)(n.__file__)
            self.write("n.py", "x = 1")
        self.assertEqual(1, u.x)

    def test_a_finder_that_finds_what_is_no_file(self):
        n = self.load("n", "x = 1")

        class Finder:
            @staticmethod
            def find_spec(name, path=None, target=None):
                return n.__spec__ if name == "n" else None

        sys.meta_path.insert(0, Finder)
        self.addCleanup(sys.meta_path.remove, Finder)
        self.replaced("n.py", os.mkfifo)
        self.assertIn("n.py", str(self.refuse(ImportError, "n")))

    def test_an_archive_that_is_no_file(self):
        path = os.path.join(self.dir, "z.zip")
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("zipped.py", "x = 1")
        sys.path.insert(0, path)
        self.addCleanup(sys.path.remove, path)
        self.load("zipped")
        self.replaced("z.zip", os.mkfifo)
        self.assertEqual(["m"], reimport.modified(self.dir))
        self.refuse(ImportError, "zipped")

    def test_importers_whose_source_is_no_file(self):
        self.load("n", "from m import f as g\nLIMIT = 1\n")
        self.write("m.py", "f = 5")
        self.replaced("n.py", os.mkfifo)
        reimport.reimport("m")
        self.assertEqual(5, self.m.f)

    def test_signal_handlers_raise_through(self):
        n = self.load("n", "x = 1")

        class Loader(type(n.__loader__)):
            def get_data(self, path):
                signal.raise_signal(signal.SIGUSR1)

        def handler(*args):
            raise TimeoutError("over")

        n.__spec__.loader = Loader("n", n.__file__)
        self.addCleanup(signal.signal, signal.SIGUSR1, signal.signal(signal.SIGUSR1, handler))
        with self.assertRaisesRegex(TimeoutError, "over"):
            reimport.modified(self.dir)

    def test_loaders_may_raise_anything(self):
        n = self.load("n", "x = 1")

        class Loader(type(n.__loader__)):
            def get_data(self, path):
                raise KeyError("of its own")

        n.__spec__.loader = Loader("n", n.__file__)
        self.assertEqual(["m"], reimport.modified(self.dir))

    def test_a_directory_above_a_link(self):
        os.makedirs(os.path.join(self.dir, "releases", "5"))
        os.symlink("releases/5", os.path.join(self.dir, "current"))
        self.write("releases/lib/up.py", "def f(): return 1")
        above = os.path.join(self.dir, "current/../lib")
        sys.path.insert(0, above)
        self.addCleanup(sys.path.remove, above)
        self.load("up")
        self.write("releases/lib/up.py", "def f(): return 2")
        for root in (above, os.path.join(self.dir, "releases"), above + "/up.py"):
            self.assertEqual(["up"], reimport.modified(root), root)
        self.assertEqual(["m", "up"], sorted(reimport.modified(self.dir)))
        self.assertEqual([], reimport.modified(os.path.join(self.dir, "current")))

    def test_paths_that_no_file_can_have(self):
        for name, path in (("surrogate", "/x/\ud800.py"), ("null", "/x/\0.py"), ("both", "\0\ud800.py")):
            module = sys.modules[name] = type(sys)(name)
            module.__file__ = path
        self.assertEqual(["m"], reimport.modified(self.dir))
        self.assertIn("m", reimport.modified())


class OtherProcess(Case):
    def run_script(self, text, *options):
        script = self.write("script.py", text)
        env = dict(os.environ, PYTHONPATH=os.environ.get("PYTHONPATH", ""))
        done = subprocess.run(
            [sys.executable] + list(options) + [script],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, cwd=self.dir, timeout=60,
        )
        self.assertEqual(0, done.returncode, done.stderr.decode())
        return done.stdout.decode().split()

    def test_main(self):
        out = self.run_script(
            """
            import logging, reimport, sys
            log = logging.getLogger(__name__)
            def f(): return 1
            class C:
                def g(self): return 1
            if __name__ == "__main__":
                c, old = C(), f
                text = open(__file__).read().replace("return 1", "return 2", 2)
                open(__file__, "w").write(text + "\\n" + "def new(): pass\\n" + "print('top')\\n")
                reimport.reimport("__main__")
                print(old(), c.g(), f is old, __name__, new.__module__, C.__module__)
                print("__mp_main__" in sys.modules, sys.modules["__main__"].f is f)
            """
        )
        self.assertEqual("top 2 2 True __main__ __main__ __main__ False True".split(), out)

    def test_audit(self):
        out = self.run_script(
            """
            import sys, m, reimport
            def hook(event, args):
                if event.startswith("reimport."):
                    print(event, *args)
                    raise RuntimeError("no")
            sys.addaudithook(hook)
            open(m.__file__, "w").write("x = 2")
            try:
                reimport.reimport("m")
            except RuntimeError as e:
                print(e, m.x)
            """ if self.write("m.py", "x = 1") else ""
        )
        self.assertEqual("reimport.reimport ('m',) no 1".split(), out)

    def test_garbage_while_modified_looks(self):
        """Functions that are garbage are collected at any new list: at some threshold, between the look at the
        heap and the use of what was found there."""
        out = self.run_script(
            """
            import copy, gc, os, sys
            here = os.path.dirname(os.path.abspath(__file__))
            sys.dont_write_bytecode = True
            for i in range(200):
                with open("%s/mod%d.py" % (here, i), "w") as file:
                    file.write("def make():\\n def g(n): return g(n - 1)\\n return g\\n")
            import reimport
            mods = [__import__("mod%d" % i) for i in range(200)]
            for threshold in range(1500, 4500, 100):
                for m in mods:
                    m.__spec__ = copy.copy(m.__spec__)  # to be looked at again
                gc.set_threshold(10 ** 9)
                gc.collect()
                for m in mods:
                    m.make()
                    m.make()
                gc.set_threshold(threshold, 1000, 1000)
                reimport.modified(here)
            print("through")
            """
        )
        self.assertEqual(["through"], out)

    def test_imports_nothing(self):
        out = self.run_script(
            """
            import sys, m
            before = list(sys.modules)
            import reimport
            open(m.__file__, "wb").write(b"def f(): return 2")
            reimport.modified()
            reimport.reimport("m")
            print(sorted(set(sys.modules) - set(before)))
            """ if self.write("m.py", "def f(): return 1") else "", "-S",
        )
        self.assertEqual(["['reimport']"], out)


if __name__ == "__main__":
    unittest.main()
