/* How the import phase ends: what sys.modules is to be, the way back, and the end for both.
 *
 * The way back must not fail. Its pieces can be done again as a whole, and are, until memory is
 * there for them; none of them leaves a state in between. */
#include "forget.h"
#include "busy.h"
#include "importing.h"
#include "journal.h"
#include "layout.h"
#include "obj.h"

#define TRIES_MAX 1000

/* ---- what sys.modules is to be ---- */

/* The unit of that name, or NULL. */
static const struct unit *unit_named(const struct reimport *r, PyObject *name)
{
    for (Py_ssize_t i = 0; i < r->count; i++)
        if (PyUnicode_Check(name) && PyUnicode_Compare(r->units[i].name, name) == 0)
            return &r->units[i];
    return NULL;
}

/* The old module for a new one, under whatever name it is found; another object for itself. */
static PyObject *surviving(const struct reimport *r, PyObject *module)
{
    for (Py_ssize_t i = 0; i < r->count; i++)
        if (r->units[i].fresh == module && r->units[i].callback != CALLBACK_FALSE)
            return r->units[i].old;
    return module;
}

/* Puts into `to` what `name`, which was there before, is to be: nothing if it was taken away since.
 */
static int plan_name(const struct reimport *r, PyObject *to, PyObject *name)
{
    const struct unit *unit = unit_named(r, name);
    PyObject *now = import_seen(r, name);

    if (PyErr_Occurred())
        return -1;
    if (unit)
        now = unit->callback == CALLBACK_FALSE ? unit->fresh : unit->old;
    return now ? PyDict_SetItem(to, name, surviving(r, now)) : 0;
}

int import_plan_modules(struct reimport *r)
{
    PY_AUTO PyObject *after = PyDict_New();
    PyObject *name;
    PyObject *module;
    Py_ssize_t at = 0;

    while (after && PyDict_Next(r->modules_before, &at, &name, &module))
        if (plan_name(r, after, name) < 0)
            return -1;
    at = 0;
    while (after && PyDict_Next(PyImport_GetModuleDict(), &at, &name, &module)) {
        int there = PyDict_Contains(r->modules_before, name);

        if (there < 0 || (!there && PyDict_SetItem(after, name, surviving(r, module)) < 0))
            return -1;
    }
    py_clear(&r->modules_after);
    r->modules_after = py_steal(&after);
    return r->modules_after ? 0 : -1;
}

/* ---- the way back ---- */

/* Takes back what our thread has done to `name`, unless another one has been there since. */
static int restore_name(const struct reimport *r, PyObject *modules, PyObject *name, PyObject *ours)
{
    PyObject *missing = obj_item(r->finder_ns, "_MISSING");
    PyObject *before = PyDict_GetItemWithError(r->displaced, name);
    PyObject *now = PyDict_GetItemWithError(modules, name);

    if (!missing || PyErr_Occurred())
        return -1;
    if (!before || before == ours || (now ? now : missing) != ours)
        return 0;
    return before == missing ? PyDict_DelItem(modules, name)
                             : PyDict_SetItem(modules, name, before);
}

/* What sys.modules holds now, without what our thread has done to it: a new dict. What was there before, it
 * has only seen changed (finder.py's view_of()); all else is other threads'. In the child of a fork,
 * fork.py does the same, by itself: here no Python code may run, or others change it meanwhile. */
static PyObject *modules_restored(const struct reimport *r)
{
    PY_AUTO PyObject *restored = PyDict_Copy(PyImport_GetModuleDict());
    PyObject *name;
    PyObject *ours;
    Py_ssize_t at = 0;

    while (restored && r->displaced && PyDict_Next(r->placed, &at, &name, &ours))
        if (restore_name(r, restored, name, ours) < 0)
            return NULL;
    return py_steal(&restored);
}

static int put_modules_back(struct reimport *r)
{
    PY_AUTO PyObject *restored = modules_restored(r);
    PyObject *modules = PyImport_GetModuleDict();
    struct journal journal = {0};
    int rc = -1;

    if (restored && layout_find() == 0 && journal_prepare_swap(modules) == 0 &&
        journal_prepare_swap(restored) == 0 &&
        journal_add(&journal, J_DICTSWAP, modules, NULL, 0, NULL, restored) == 0)
        rc = journal_apply(&journal);
    if (rc == 0)
        defer_journal(&r->deferred, &journal);
    journal_free(&journal);
    return rc;
}

/* True if the submodule `name` came in while we were at work, but not for us. Errors count as true: what we
 * cannot tell, we leave. */
static bool is_others(const struct reimport *r, PyObject *name, PyObject *module)
{
    PY_AUTO PyObject *others = PyObject_GetAttrString(r->finder, "others");
    PY_AUTO PyObject *loaded = PyObject_GetAttrString(r->finder, "loaded");
    bool yes = others && loaded && PySet_Contains(others, name) == 1 &&
               PyDict_GetItemWithError(loaded, name) != module;

    return yes;
}

/* One attribute of a live package: (name, package, attribute, value before). */
static int put_attribute_back(struct reimport *r, PyObject *note)
{
    PyObject *name = PyTuple_GetItem(note, 0);
    PyObject *dict = PyModule_GetDict(PyTuple_GetItem(note, 1));
    PyObject *key = PyTuple_GetItem(note, 2);
    PyObject *before = PyTuple_GetItem(note, 3);
    PyObject *missing = obj_item(r->finder_ns, "_MISSING");
    PyObject *now = PyDict_GetItemWithError(dict, key);

    if (!missing || PyErr_Occurred())
        return -1;
    if (now == before || (!now && before == missing) || is_others(r, name, now))
        return PyErr_Occurred() ? -1 : 0;
    if (defer(&r->deferred, now) < 0)
        return -1;
    return before == missing ? PyDict_DelItem(dict, key) : PyDict_SetItem(dict, key, before);
}

static int put_attributes_back(struct reimport *r)
{
    PY_AUTO PyObject *notes = PyObject_GetAttrString(r->finder, "parents");

    for (Py_ssize_t i = notes ? PyList_Size(notes) - 1 : -1; i >= 0; i--)
        if (put_attribute_back(r, PyList_GetItem(notes, i)) < 0)
            return -1;
    return notes ? 0 : -1;
}

static void insist(struct reimport *r, int (*step)(struct reimport *r))
{
    for (int i = 0; i < TRIES_MAX && step(r) < 0; i++)
        import_breathe(r, i);
}

/* ---- what the import system notes ---- */

/* Takes `child` out of the list. */
static void drop_name(PyObject *names, PyObject *child)
{
    for (Py_ssize_t i = PyList_Size(names) - 1; i >= 0; i--)
        if (obj_same_text(PyList_GetItem(names, i), child))
            PyList_SetSlice(names, i, i + 1, NULL);
}

/* While a submodule is imported, its package's spec lists it (since 3.11); where memory lacks for the
 * importing function's own frame, it is not taken out again (Lib/importlib/_bootstrap.py,
 * _find_and_load_unlocked()). No other thread can be importing it: its import lock is ours. */
static int forget_begun(struct reimport *r)
{
    for (Py_ssize_t i = 0; i < r->count; i++) {
        PyObject *name = r->units[i].name;
        Py_ssize_t n = PyUnicode_GetLength(name);
        Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, n, -1);
        if (dot < 0)
            continue;
        PY_AUTO PyObject *above = PyUnicode_Substring(name, 0, dot);
        PY_AUTO PyObject *child = PyUnicode_Substring(name, dot + 1, n);
        PyObject *package =
            above && child ? PyDict_GetItemWithError(r->modules_before, above) : NULL;
        PyObject *spec = package ? obj_global(package, "__spec__") : NULL;
        PY_AUTO PyObject *names = NULL;
        if (spec && !PyErr_Occurred())
            obj_attr(spec, "_uninitialized_submodules", &names);
        if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_MemoryError))
            return -1;
        PyErr_Clear();
        if (names && PyList_Check(names))
            drop_name(names, child);
    }
    return 0;
}

/* What cannot be planned for another reason than memory stays. */
static void forget_all(struct reimport *r)
{
    for (int i = 0; i < TRIES_MAX && forget_new(r) < 0 && PyErr_ExceptionMatches(PyExc_MemoryError);
         i++)
        PyErr_Clear();
    PyErr_Clear();
}

void import_rollback(struct reimport *r)
{
    PyObject *type;
    PyObject *value;
    PyObject *tb;

    if (!r->finder)
        return;
    view_close(r);
    PyErr_Fetch(&type, &value, &tb);
    insist(r, put_attributes_back);
    insist(r, put_modules_back);
    insist(r, forget_begun);
    forget_all(r);
    PyErr_Restore(type, value, tb);
}

/* ---- the end ---- */

/* Lets the module object `fresh` share the namespace of the unit's old one. ob_type's next word is md_dict in
 * every CPython; where it is not, nothing is done. */
static void share_namespace(struct unit *unit, PyObject *fresh)
{
    PyObject *old = unit->old;
    PyObject **field = word_at(fresh, 2 * (Py_ssize_t)sizeof(PyObject *));
    PyObject *from = PyModule_Check(fresh) ? PyModule_GetDict(fresh) : NULL;
    PyObject *to = PyModule_Check(old) ? PyModule_GetDict(old) : NULL;

    if (!from || !to || from == to || *field != from)
        return;
    *field = py_new(to);
    Py_DecRef(unit->left);
    unit->left = from;
}

/* The new module object for a unit, also for one whose import failed, or that put another module in
 * its place: never that one. Borrowed, or NULL. */
static PyObject *made_for(const struct reimport *r, const struct unit *unit)
{
    PY_AUTO PyObject *loaded = NULL;

    if (unit->fresh && !unit->foreign)
        return unit->fresh;
    loaded = PyObject_GetAttrString(r->finder, "loaded");
    return loaded ? PyDict_GetItemWithError(loaded, unit->name) : NULL; /* the finder keeps it */
}

static void share_namespaces(struct reimport *r)
{
    for (Py_ssize_t i = 0; r->finder && i < r->count; i++) {
        struct unit *unit = &r->units[i];
        PyObject *fresh = made_for(r, unit);

        if (fresh && (!r->committed || unit->callback != CALLBACK_FALSE))
            share_namespace(unit, fresh);
    }
}

void import_finish(struct reimport *r)
{
    PyObject *type;
    PyObject *value;
    PyObject *tb;

    PyErr_Fetch(&type, &value, &tb);
    share_namespaces(r);
    unlock_set(r);
    PyErr_Restore(type, value, tb);
}

/* finder.py's give_up(): 0, or -1. */
static int release_all(struct reimport *r)
{
    PyObject *function = obj_item(r->finder_ns, "give_up");
    PY_AUTO PyObject *worker = PyLong_FromUnsignedLongLong(r->worker);
    PyObject *done = function && worker
                         ? PyObject_CallFunctionObjArgs(function, r->finder, r->locks, worker, NULL)
                         : NULL;

    Py_DecRef(done);
    return done ? 0 : -1;
}

void import_give_up(struct reimport *r, struct import_rest *rest)
{
    r->given_up = 1;
    view_close(r);
    insist(r, put_attributes_back);
    insist(r, put_modules_back);
    forget_all(r);
    share_namespaces(r);
    insist(r, release_all);
    fork_over(r);
    py_clear(&r->locks);
    busy_give_up(r->worker);
    PyErr_Clear();
    *rest = (struct import_rest){.finder = r->finder,
                                 .forget = py_new(obj_item(r->finder_ns, "forget")),
                                 .deferred = r->deferred};
    r->finder = NULL;
    r->deferred = (struct deferred){0};
    r->given_up = 2; /* `r` may be gone as soon as another thread runs */
}

void import_let_go(struct import_rest *rest)
{
    PyObject *done = NULL;

    for (int i = 0; rest->forget && !done && i < TRIES_MAX; i++) {
        done = PyObject_CallFunctionObjArgs(rest->forget, rest->finder, NULL);
        PyErr_Clear();
    }
    Py_DecRef(done);
    py_clear(&rest->forget);
    py_clear(&rest->finder);
    deferred_release(&rest->deferred);
}
