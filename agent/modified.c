/* Which loaded modules are not what is on disk now, in a process that nobody prepared.
 *
 * Python keeps neither a module's source nor the code of its top level; so what is loaded has to be
 * read off what it left behind. In this order (modified.py):
 *
 * 1. We reimported it ourselves: its source's length and hash are kept in the interpreter's own
 *    dict. Exact.
 * 2. Not touched since the program started: the inode's change time, and that of every link and
 *    directory on the path, are older. Any deploy sets it, whatever time stamps it keeps: rsync,
 *    cp -p and tar make new inodes or set times, a switched link is a new link. The start is that
 *    of the process which last executed a program, so that a worker forked from a server is
 *    measured by the server's; a minute's margin allows for file servers' clocks. Certainly not
 *    modified. (A bind mount over the directory escapes, as does a directory made before the start
 *    that took another one's place and then got a new entry.)
 * 3. Otherwise the source is compiled, and compared with what lives. If its top level is still
 *    running (__main__'s usually is), its code is there: exact. Every living function that the
 *    module's source made, found by a look at the whole heap, must be in the compiled code, line
 *    numbers included; if one is not: modified. touch, chmod, and an edit that was taken back pass
 *    here.
 * 4. A change outside of functions is seen in the bytecode file, if that is what was loaded. One
 *    that equals the source and was there before the program started: not modified. One that equals
 *    the living functions but not the source is the older version: modified. But another process
 *    may have rewritten it since, or none may ever have been written.
 * 5. Then the values that the top level left are compared with the literals in the source: missing
 *    and surplus names, constants, defaults, class attributes, Enum members, docstrings. What
 *    the module's own code, an import of all names, a hook or a metaclass may have changed proves
 *    nothing: it is open.
 * 6. What is still open is a source that was touched, whose functions, names and constants all
 *    agree, and that has literals in places that leave no trace (a decorator's argument). It counts
 *    as modified if a link on its path was switched; or if it was written after this process began
 *    and either the bytecode was made for it since (most likely by another process: modules are
 *    seldom loaded that late), or the file system has not seen it read since it was put in place,
 *    as loading it would have done. In a process that imported reimport itself it is known which
 *    modules had been loaded by then, and that takes the place of the bytecode's word. */
#include "modified.h"
#include "busy.h"
#include "core.h"
#include "heap.h"
#include "interps.h"
#include "interruption.h"
#include "layout.h"
#include "obj.h"
#include "rt.h"
#include "script.h"

#define TRIES 10 /* signal handlers may raise in any of them */

/* A call of the script's `name` with up to three arguments. */
static PyObject *ask(PyObject *ns, const char *name, PyObject *a, PyObject *b, PyObject *c)
{
    return PyObject_CallFunctionObjArgs(obj_item(ns, name), a, b, c, NULL);
}

/* The script's Times: a new reference. */
static PyObject *times_now(PyObject *ns)
{
    PY_AUTO PyObject *wall = PyLong_FromLongLong(rt_realtime_ns());
    PY_AUTO PyObject *boot = PyLong_FromLongLong(rt_boottime_ns());

    return wall && boot ? ask(ns, "Times", wall, boot, NULL) : NULL;
}

/* {name: (spec, mark, signature)}, see modified.py; in the interpreter's own dict: borrowed. */
static PyObject *marks(void)
{
    static const char key[] = "reimport.sources";
    PyObject *dict = interpreter_dict();

    if (!dict)
        return NULL;
    if (!obj_item(dict, key) && obj_put(dict, key, PyDict_New()) < 0)
        return NULL;
    return obj_item(dict, key);
}

static const char known_key[] = "reimport.known";

int modified_know(void)
{
    PyObject *dict = interpreter_dict();
    PY_AUTO PyObject *names = dict ? PyFrozenSet_New(PyImport_GetModuleDict()) : NULL;
    PY_AUTO PyObject *now = PyLong_FromLongLong(rt_realtime_ns());

    if (!names || !now)
        return -1;
    return obj_put(dict, known_key, PyTuple_Pack(2, names, now));
}

/* (names, time), or (None, None) in a process that has not imported reimport: a new reference. */
static PyObject *known(void)
{
    PyObject *found = obj_item(interpreter_dict(), known_key);

    return found ? py_new(found) : PyTuple_Pack(2, Py_None, Py_None);
}

static PyObject *script(void)
{
    PY_AUTO PyObject *ns = script_modified();
    PyObject *noted = ns ? marks() : NULL;

    if (!noted || PyDict_SetItemString(ns, "marks", noted) < 0 || obj_put(ns, "known", known()) < 0)
        return NULL;
    return py_steal(&ns);
}

/* Those that are about to be replaced: with them go the specs of old modules. */
static void defer_marks(struct reimport *r)
{
    PY_AUTO PyObject *before = marks() ? PyDict_Copy(marks()) : NULL;

    if (!before || defer(&r->deferred, before) < 0)
        PyErr_Clear();
}

void modified_remember(struct reimport *r)
{
    PyObject *type;
    PyObject *value;
    PyObject *tb;
    PyObject *names;

    PyErr_Fetch(&type, &value, &tb);
    defer_marks(r);
    names = PyList_New(0);
    for (Py_ssize_t i = 0; names && i < r->count; i++)
        if (r->units[i].callback != CALLBACK_FALSE && PyList_Append(names, r->units[i].name) < 0)
            py_clear(&names);
    for (int i = 0; names && marks() && i < TRIES; i++) {
        PY_AUTO PyObject *done = ask(r->finder_ns, "remember", marks(), names, NULL);
        if (done)
            break;
        interruption_keep(r);
    }
    Py_DecRef(names);
    PyErr_Restore(type, value, tb);
}

void modified_forget(const struct reimport *r)
{
    PyObject *type;
    PyObject *value;
    PyObject *tb;

    PyErr_Fetch(&type, &value, &tb);
    for (Py_ssize_t i = 0; marks() && i < r->count; i++)
        if (PyDict_DelItem(marks(), r->units[i].name) < 0)
            PyErr_Clear();
    PyErr_Restore(type, value, tb);
}

/* ---- living functions ---- */

struct living {
    struct ptrmap globals; /* a module's dict -> 1 */
    struct ptrlist functions;
};

static int note_function(PyObject *o, void *arg)
{
    struct living *living = arg;
    PyObject *globals;

    if (Py_TYPE(o) != &PyFunction_Type)
        return 0;
    globals = *word_at(o, layout.function.globals);
    return ptrmap_has(&living->globals, globals) ? ptrlist_add(&living->functions, o, globals) : 0;
}

static int add_function(PyObject *by_globals, PyObject *function, PyObject *globals)
{
    PY_AUTO PyObject *key = PyLong_FromVoidPtr(globals);
    PyObject *list = key ? PyDict_GetItemWithError(by_globals, key) : NULL;
    PY_AUTO PyObject *fresh = NULL;

    if (!key || PyErr_Occurred())
        return -1;
    if (!list) {
        list = fresh = PyList_New(0);
        if (!fresh || PyDict_SetItem(by_globals, key, fresh) < 0)
            return -1;
    }
    return PyList_Append(list, function);
}

static int add_functions(PyObject *by_globals, const struct ptrlist *functions)
{
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < functions->count; i++)
        rc = add_function(by_globals, functions->items[i].a, functions->items[i].b);
    return rc;
}

/* The functions are borrowed until they are in `by_globals`: garbage is among them, and up to 3.11 any new
 * list lets the collector run (_PyObject_GC_Alloc() in Modules/gcmodule.c). So it is stopped until then. */
static int look(struct living *living, PyObject *by_globals)
{
    struct heap heap = {0};
    int rc = -1;

    if (heap_open(&heap) == 0 && heap_stop_collector(&heap) == 0 &&
        heap_each(&heap, note_function, living) == 0)
        rc = add_functions(by_globals, &living->functions);
    heap_close(&heap);
    return rc;
}

/* {id of a module's dict: [function]}: a new dict. */
static PyObject *living_functions(PyObject *namespaces)
{
    PY_AUTO PyObject *by_globals = PyDict_New();
    struct living living = {0};
    Py_ssize_t n = PyList_Size(namespaces);
    int rc = by_globals && layout_find() == 0 ? 0 : -1;

    for (Py_ssize_t i = 0; rc == 0 && i < n; i++)
        rc = ptrmap_set(&living.globals, PyList_GetItem(namespaces, i), 1);
    if (rc == 0 && n > 0)
        rc = look(&living, by_globals);
    ptrmap_free(&living.globals);
    ptrlist_free(&living.functions);
    return rc == 0 ? py_steal(&by_globals) : NULL;
}

/* ---- the whole ---- */

/* Sets the attribute `born` of each of the script's Loaded. */
static int note_births(PyObject *close)
{
    for (Py_ssize_t i = 0; i < PyList_Size(close); i++) {
        PyObject *loaded = PyList_GetItem(close, i);
        PY_AUTO PyObject *path = PyObject_GetAttrString(loaded, "path");
        PY_AUTO PyObject *bytes = path ? PyUnicode_EncodeFSDefault(path) : NULL;
        PY_AUTO PyObject *born =
            bytes ? PyLong_FromLongLong(rt_birth_ns(PyBytes_AsString(bytes))) : NULL;

        if (!born || PyObject_SetAttrString(loaded, "born", born) < 0)
            return -1;
    }
    return 0;
}

/* Sets the attribute `running` of each of them. The frames are not kept for longer than that. */
static int note_running(PyObject *ns, PyObject *close)
{
    PY_AUTO PyObject *frames = interps_frames();
    PY_AUTO PyObject *done = frames ? ask(ns, "note_running", close, frames, NULL) : NULL;

    return done ? 0 : -1;
}

PyObject *modified_below(PyObject *paths, struct modified_rest *rest)
{
    PY_AUTO PyObject *ns = script();
    PY_AUTO PyObject *times = ns ? times_now(ns) : NULL;
    PY_AUTO PyObject *given = paths ? py_new(paths) : PyTuple_New(0);
    PY_AUTO PyObject *found = times && given ? ask(ns, "select", given, times, NULL) : NULL;
    PyObject *close = found ? PyTuple_GetItem(found, 0) : NULL;
    PY_AUTO PyObject *dicts = close ? ask(ns, "namespaces", close, NULL, NULL) : NULL;
    PY_AUTO PyObject *functions = dicts ? living_functions(dicts) : NULL;
    PY_AUTO PyObject *decided = NULL;

    if (!functions || note_births(close) < 0 || note_running(ns, close) < 0)
        return NULL;
    decided = ask(ns, "decide", close, functions, times);
    if (!decided)
        return NULL;
    if (rest) {
        rest->unloaded = py_new(PyTuple_GetItem(found, 1));
        rest->not_found = py_new(PyTuple_GetItem(decided, 1));
    }
    return py_new(PyTuple_GetItem(decided, 0));
}

void modified_rest_free(struct modified_rest *rest)
{
    py_clear(&rest->unloaded);
    py_clear(&rest->not_found);
}

PyObject *modified_search_path(void)
{
    PY_AUTO PyObject *ns = script();

    return ns ? ask(ns, "search_path", NULL, NULL, NULL) : NULL;
}

PyObject *modified(PyObject *paths)
{
    return modified_below(paths, NULL);
}
