/* Steps 3 and 4: the set is imported afresh, beside what is loaded.
 *
 * From view_open() to view_close() our thread finds nothing of the set in sys.modules but what it has
 * imported anew; every other thread finds the old modules there. One that imports such a module waits
 * until unlock_set(): the old module's spec says that it is being initialized, and we have its lock. A
 * thread that was handed the new module object may hold it for good, so that object is made to share the
 * surviving namespace in the end (import_finish()), whatever the outcome. */
#include "script.h"
#include "forget.h"
#include "importing.h"
#include "interps.h"
#include "obj.h"

#define SHED_TRIES_MAX 100

int import_may_go_on(const struct reimport *r)
{
    if (!r->gate || r->gate->open(r->gate->ctx))
        return 0;
    PyErr_SetString(PyExc_TimeoutError, "timed out; nothing was changed");
    return -1;
}

/* True if the pending exception is what the watching thread raised in ours (watch.c). */
static bool is_interruption(const struct reimport *r)
{
    PyObject *type;
    PyObject *value;
    PyObject *tb;

    PyErr_Fetch(&type, &value, &tb);
    PyErr_Restore(type, value, tb);
    return r->gate && type == PyExc_BaseException && !r->gate->open(r->gate->ctx);
}

/* Lets an interruption that came too late be raised, where it harms nobody. Taking it back with
 * PyThreadState_SetAsyncExc(id, NULL) would leave the interpreter's eval_breaker set for good before
 * 3.13 (Python/pystate.c: it signals in any case): every thread slower from then on, and on 3.11 one
 * that is traced never gets past the start of a function (Python/ceval.c, DO_TRACING). */
static void shed_interruption(struct reimport *r)
{
    PyObject *type;
    PyObject *value;
    PyObject *tb;

    PyErr_Fetch(&type, &value, &tb);
    for (int i = 0; r->interrupted && i < SHED_TRIES_MAX; i++) {
        PyObject *function = obj_item(r->finder_ns, "breathe");
        PyObject *done = function ? PyObject_CallFunctionObjArgs(function, NULL) : NULL;

        r->interrupted = !done;
        Py_DecRef(done);
        if (!done)
            import_breathe(r, i);
    }
    r->interrupted = false;
    PyErr_Restore(type, value, tb);
}

void import_enter(struct reimport *r)
{
    r->interrupted = false;
    r->running = true;
}

PyObject *import_leave(struct reimport *r, PyObject *result)
{
    r->running = false;
    shed_interruption(r);
    if (!r->given_up && (result || !is_interruption(r)))
        return result;
    for (int i = 10; r->given_up == 1; i++)
        import_breathe(r, i);
    Py_DecRef(result);
    PyErr_SetString(PyExc_TimeoutError,
                    "timed out while the new top level ran; nothing was changed");
    return NULL;
}

/* {name: (origin, code)}: a new dict. */
static PyObject *codes_by_name(const struct reimport *r)
{
    PY_AUTO PyObject *codes = PyDict_New();

    for (Py_ssize_t i = 0; codes && i < r->count; i++) {
        const struct unit *unit = &r->units[i];
        PY_AUTO PyObject *origin = PyObject_GetAttrString(unit->spec, "origin");
        PY_AUTO PyObject *pair =
            origin ? PyTuple_Pack(2, origin, unit->code ? unit->code : Py_None) : NULL;

        if (!pair || PyDict_SetItem(codes, unit->name, pair) < 0)
            return NULL;
    }
    return py_steal(&codes);
}

/* Puts the finder first in sys.meta_path. */
static int install_finder(struct reimport *r)
{
    PY_AUTO PyObject *codes = codes_by_name(r);
    PyObject *meta_path = PySys_GetObject("meta_path");

    if (!codes)
        return -1;
    r->modules_before = PyDict_Copy(PyImport_GetModuleDict());
    if (!r->modules_before)
        return -1;
    r->finder = PyObject_CallFunctionObjArgs(obj_item(r->finder_ns, "Finder"), codes,
                                             r->modules_before, r->gone, NULL);
    if (!r->finder)
        return -1;
    if (!meta_path) /* nobody deletes it, but it is looked for by a name that is made for that */
        return PyErr_NoMemory(), -1;
    if (!PyList_Check(meta_path)) {
        PyErr_SetString(PyExc_ImportError, "sys.meta_path is no list");
        return -1;
    }
    return PyList_Insert(meta_path, 0, r->finder);
}

/* True if `name` is the unit's, or that of a package above it. */
static bool is_above(PyObject *name, const struct unit *unit)
{
    PY_AUTO PyObject *prefix = PyUnicode_FromFormat("%U.", name);
    PY_AUTO PyObject *own = PyUnicode_FromFormat("%U.", unit->name);
    bool yes = prefix && own && PyUnicode_Tailmatch(own, prefix, 0, PY_SSIZE_T_MAX, -1) == 1;

    PyErr_Clear();
    return yes;
}

/* True if the pending exception says that just this unit, or its package, is not there. */
static bool is_not_found(const struct unit *unit)
{
    PyObject *type;
    PyObject *value;
    PyObject *tb;
    PyObject *name = NULL;
    bool yes;

    if (!PyErr_ExceptionMatches(PyExc_ModuleNotFoundError))
        return false;
    PyErr_Fetch(&type, &value, &tb);
    PyErr_NormalizeException(&type, &value, &tb);
    if (obj_attr(value, "name", &name) < 0)
        PyErr_Clear();
    yes = name && PyUnicode_Check(name) && is_above(name, unit);
    Py_DecRef(name);
    PyErr_Restore(type, value, tb);
    return yes;
}

/* The frames are looked at when the new top level has run, and not kept. */
static PyObject *run_main(struct reimport *r, struct unit *unit)
{
    PY_AUTO PyObject *module =
        PyObject_CallMethod(r->finder, "run_main", "OOO", unit->name, unit->old, unit->code);
    PY_AUTO PyObject *frames = module ? interps_frames() : NULL;
    PY_AUTO PyObject *kept =
        frames ? PyObject_CallFunctionObjArgs(obj_item(r->finder_ns, "keep"), module, unit->old,
                                              unit->code, frames, NULL)
               : NULL;

    return kept ? py_steal(&module) : NULL;
}

static PyObject *import_main(struct reimport *r, struct unit *unit)
{
    PyObject *module;

    import_enter(r);
    module = run_main(r, unit);
    return import_leave(r, module);
}

/* 1 if what the import left in sys.modules is a module of the unit's own, 0, or -1. */
static int is_own_module(struct reimport *r, const struct unit *unit)
{
    PY_AUTO PyObject *answer = NULL;

    if (!PyModule_Check(unit->fresh))
        return 0;
    answer = PyObject_CallMethod(r->finder, "owns", "OO", unit->name, unit->fresh);
    return answer ? answer == Py_True : -1;
}

/* Has the unit imported: a new reference to anything. */
static PyObject *import_top(struct reimport *r, const struct unit *unit)
{
    PyObject *by_itself = obj_item(r->finder_ns, "by_itself");
    PyObject *done;

    import_enter(r);
    if (by_itself && PyDict_GetItemWithError(by_itself, unit->name))
        done = PyObject_CallMethod(r->finder, "load_by_itself", "O", unit->name);
    else
        done = PyImport_ImportModuleLevelObject(unit->name, NULL, NULL, NULL, 0);
    return import_leave(r, done);
}

static PyObject *import_by_name(struct reimport *r, struct unit *unit)
{
    PyObject *loaded = import_seen(r, unit->name);
    PyObject *top;

    if (!loaded) {
        if (PyErr_Occurred())
            return NULL;
        top = import_top(r, unit);
        if (!top)
            return NULL;
        Py_DecRef(top);
    }
    return PyObject_CallMethod(r->finder, "imported", "O", unit->name);
}

/* 1: imported; 0: set aside, it is gone; -1. */
static int import_unit(struct reimport *r, Py_ssize_t at)
{
    struct unit *unit = &r->units[at];
    int own;

    unit->fresh = obj_is(unit->name, "__main__") ? import_main(r, unit) : import_by_name(r, unit);
    if (!unit->fresh) {
        if (!unit->implied || !is_not_found(unit))
            return -1;
        PyErr_Clear();
        return unit_set_aside(r, at);
    }
    own = is_own_module(r, unit);
    if (own > 0)
        return exports_check(r, unit) < 0 ? -1 : 1;
    unit->foreign = true;
    unit->callback = CALLBACK_FALSE; /* it put something else in its place: nothing to match */
    return own < 0 ? -1 : 1;
}

static bool has_callback(const struct unit *unit)
{
    return unit->fresh && !unit->foreign && obj_global(unit->fresh, "__reimported__");
}

/* Puts the attributes of live packages back that no code needs which is still to run: that of units
 * from `next` on, and of those with a callback if these are `pending`. */
static int settle(struct reimport *r, Py_ssize_t next, bool pending)
{
    PY_AUTO PyObject *later = PyList_New(0);
    PY_AUTO PyObject *done = NULL;

    for (Py_ssize_t i = 0; later && i < r->count; i++) {
        PyObject *code = r->units[i].code;

        if ((i >= next || (pending && has_callback(&r->units[i]))) &&
            PyList_Append(later, code ? code : Py_None) < 0)
            return -1;
    }
    done = later ? PyObject_CallMethod(r->finder, "settle", "O", later) : NULL;
    return done ? 0 : -1;
}

static int import_all(struct reimport *r)
{
    for (Py_ssize_t i = 0; i < r->count;) {
        int rc = import_may_go_on(r) < 0 ? -1 : import_unit(r, i);

        if (rc < 0)
            return -1;
        i += rc;
        if (settle(r, i, true) < 0)
            return -1;
    }
    return 0;
}

/* A module that takes the old one's place does so in its package, too. */
static int expose_replacements(struct reimport *r)
{
    for (Py_ssize_t i = 0; i < r->count; i++) {
        struct unit *unit = &r->units[i];
        PyObject *done;

        if (unit->callback != CALLBACK_FALSE)
            continue;
        done = PyObject_CallMethod(r->finder, "expose", "OO", unit->name, unit->fresh);
        if (!done)
            return -1;
        Py_DecRef(done);
    }
    return 0;
}

static int import_locked(struct reimport *r)
{
    if (forget_prepare(r) < 0 || install_finder(r) < 0)
        return -1;
    fork_use_finder(r);
    if (view_open(r) < 0 || import_all(r) < 0 || callbacks_run(r) < 0 ||
        settle(r, r->count, false) < 0)
        return -1;
    return expose_replacements(r);
}

int import_units(struct reimport *r)
{
    if (lock_set(r) < 0)
        return -1;
    if (import_locked(r) == 0) {
        view_close(r);
        return 0;
    }
    import_rollback(r);
    import_finish(r);
    return -1;
}
