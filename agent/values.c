/* Modules outside the set that took values of it by name (`from m import LIMIT`, `import *`): names
 * that still hold the old value get the new one; who took all exports gets the new list of them.
 *
 * A module whose names change so is itself a source for others (packages re-export), so this goes
 * round until nothing more changes. */
#include "plan.h"
#include "obj.h"

/* In a change list: the name goes. */
static PyObject *gone(void)
{
    return Py_NotImplemented;
}

struct takers {
    struct plan *p;
    PyObject *found; /* what imports_find() returned */
};

static PyObject *part(const struct takers *t, Py_ssize_t i, Py_ssize_t at)
{
    return PyTuple_GetItem(PyList_GetItem(t->found, i), at);
}

static PyObject *changes_of(const struct plan *p, Py_ssize_t taker)
{
    return PyList_GetItem(p->taken, taker);
}

/* What `ns` shall hold under `name` after the commit; borrowed, NULL if nothing. */
static PyObject *planned(const struct plan *p, PyObject *ns, PyObject *name)
{
    Py_ssize_t unit = ptrmap_get(&p->old_globals, ns), taker = ptrmap_get(&p->takers, ns);
    PyObject *change = taker >= 0 ? PyDict_GetItemWithError(changes_of(p, taker), name) : NULL;

    if (unit >= 0)
        return PyDict_GetItemWithError(PyList_GetItem(p->namespaces, unit), name);
    if (change)
        return change == gone() ? NULL : change;
    return PyDict_GetItemWithError(ns, name);
}

static int change(struct plan *p, Py_ssize_t taker, PyObject *name, PyObject *goal)
{
    PyObject *entry = goal ? goal : gone();

    return PyDict_SetItem(changes_of(p, taker), name, entry) < 0 ? -1 : 1;
}

/* 1 if the name is one of those that the taker's statements bind from `source`. */
static int follow_name(const struct takers *t, Py_ssize_t i, PyObject *bind)
{
    PyObject *name = PyTuple_GetItem(bind, 0), *source = PyTuple_GetItem(bind, 1);
    PyObject *its_name = PyTuple_GetItem(bind, 2);
    PyObject *now = PyDict_GetItemWithError(part(t, i, 0), name);
    PyObject *goal = planned(t->p, source, its_name);

    if (!now || !goal || goal == now || PyDict_GetItemWithError(source, its_name) != now ||
        PyDict_Contains(changes_of(t->p, i), name))
        return PyErr_Occurred() ? -1 : 0;
    return change(t->p, i, name, goal);
}

/* ---- import * ---- */

static bool all_strings(PyObject *names)
{
    bool all = true;

    for (Py_ssize_t i = 0; all && i < PyList_Size(names); i++)
        all = PyUnicode_CheckExact(PyList_GetItem(names, i));
    return all;
}

/* What `import *` takes from a namespace. A new list; NULL without an exception if that cannot be
 * said without running code of its own. */
static PyObject *exports(PyObject *ns)
{
    PyObject *given = obj_item(ns, "__all__"), *name, *value;
    Py_ssize_t at = 0;

    if (given) {
        PyObject *names = Py_TYPE(given) == &PyList_Type || Py_TYPE(given) == &PyTuple_Type
                              ? PySequence_List(given)
                              : NULL;
        if (names && !all_strings(names))
            py_clear(&names);
        return names;
    }
    PY_AUTO PyObject *names = PyList_New(0);
    while (names && PyDict_Next(ns, &at, &name, &value))
        if (PyUnicode_CheckExact(name) && PyUnicode_FindChar(name, '_', 0, 1, 1) != 0 &&
            PyList_Append(names, name) < 0)
            return NULL;
    return py_steal(&names);
}

/* A namespace as it shall be. New reference to a dict. */
static PyObject *planned_whole(const struct plan *p, PyObject *ns)
{
    Py_ssize_t unit = ptrmap_get(&p->old_globals, ns), taker = ptrmap_get(&p->takers, ns), at = 0;
    PyObject *name, *goal;

    if (unit >= 0)
        return py_new(PyList_GetItem(p->namespaces, unit));
    PY_AUTO PyObject *whole = PyDict_Copy(ns);
    while (whole && taker >= 0 && PyDict_Next(changes_of(p, taker), &at, &name, &goal))
        if ((goal == gone() ? PyDict_DelItem(whole, name) : PyDict_SetItem(whole, name, goal)) < 0)
            return NULL;
    return py_steal(&whole);
}

/* True if the taker has all these names, and one of them still as it was taken. */
static bool took_all(PyObject *ns, PyObject *source, PyObject *names)
{
    bool same = PyList_Size(names) == 0;

    for (Py_ssize_t i = 0; i < PyList_Size(names); i++) {
        PyObject *name = PyList_GetItem(names, i);
        PyObject *value = PyDict_GetItemWithError(ns, name);
        if (!value)
            return false;
        same = same || value == PyDict_GetItemWithError(source, name);
    }
    return same;
}

static bool binds_name(const struct takers *t, Py_ssize_t i, PyObject *name)
{
    PyObject *binds = part(t, i, 1);

    for (Py_ssize_t k = 0; k < PyList_Size(binds); k++)
        if (PyUnicode_Compare(PyTuple_GetItem(PyList_GetItem(binds, k), 0), name) == 0)
            return true;
    return false;
}

/* Names that the taker has from the old exports: 1 if one changes. */
static int follow_old_exports(const struct takers *t, Py_ssize_t i, PyObject *source, PyObject *old,
                              PyObject *new, PyObject *whole)
{
    int changed = 0;

    for (Py_ssize_t k = 0; k < PyList_Size(old); k++) {
        PyObject *name = PyList_GetItem(old, k);
        PyObject *now = PyDict_GetItemWithError(part(t, i, 0), name);
        if (!now || PyDict_GetItemWithError(source, name) != now || binds_name(t, i, name) ||
            PyDict_Contains(changes_of(t->p, i), name))
            continue;
        int there = PySequence_Contains(new, name);
        PyObject *goal = there == 1 ? PyDict_GetItemWithError(whole, name) : NULL;
        if (there < 0 || (goal != now && change(t->p, i, name, goal) < 0))
            return -1;
        changed |= goal != now;
    }
    return PyErr_Occurred() ? -1 : changed;
}

/* Names that are new among the exports: 1 if there is one. */
static int follow_new_exports(const struct takers *t, Py_ssize_t i, PyObject *old, PyObject *new,
                              PyObject *whole)
{
    int changed = 0;

    for (Py_ssize_t k = 0; k < PyList_Size(new); k++) {
        PyObject *name = PyList_GetItem(new, k), *goal = PyDict_GetItemWithError(whole, name);
        if (!goal || PySequence_Contains(old, name) || PyDict_Contains(part(t, i, 0), name) ||
            PyDict_Contains(changes_of(t->p, i), name))
            continue;
        if (change(t->p, i, name, goal) < 0)
            return -1;
        changed = 1;
    }
    return PyErr_Occurred() ? -1 : changed;
}

static int follow_star(const struct takers *t, Py_ssize_t i, PyObject *source)
{
    PY_AUTO PyObject *whole = planned_whole(t->p, source);
    PY_AUTO PyObject *old = whole ? exports(source) : NULL;
    PY_AUTO PyObject *new = old ? exports(whole) : NULL;

    if (!new)
        return PyErr_Occurred() ? -1 : 0;
    bool all = took_all(part(t, i, 0), source, old);
    int changed = follow_old_exports(t, i, source, old, new, whole);
    int added = changed >= 0 && all ? follow_new_exports(t, i, old, new, whole) : 0;
    return changed < 0 || added < 0 ? -1 : changed | added;
}

/* ---- all of them ---- */

/* One round: 1 if something more is to change. */
static int go_round(const struct takers *t)
{
    int changed = 0;

    for (Py_ssize_t i = 0; i < PyList_Size(t->found); i++) {
        PyObject *binds = part(t, i, 1), *stars = part(t, i, 2);
        for (Py_ssize_t k = 0; changed >= 0 && k < PyList_Size(binds); k++) {
            int rc = follow_name(t, i, PyList_GetItem(binds, k));
            changed = rc < 0 ? -1 : changed | rc;
        }
        for (Py_ssize_t k = 0; changed >= 0 && k < PyList_Size(stars); k++) {
            int rc = follow_star(t, i, PyList_GetItem(stars, k));
            changed = rc < 0 ? -1 : changed | rc;
        }
    }
    return changed;
}

static int add_changes(struct plan *p, PyObject *ns, PyObject *changes)
{
    PyObject *name, *goal;
    Py_ssize_t at = 0;

    while (PyDict_Next(changes, &at, &name, &goal)) {
        bool goes = goal == gone();
        if (journal_add(&p->journal, J_DICTVALUE, ns, name, 0, PyDict_GetItemWithError(ns, name),
                        goes ? NULL : goal) < 0)
            return -1;
        if (goes)
            p->removed_count++;
        else
            p->switched++;
    }
    return PyErr_Occurred() ? -1 : 0;
}

static int note_takers(struct plan *p, PyObject *found)
{
    p->taken = PyList_New(0);
    for (Py_ssize_t i = 0; p->taken && i < PyList_Size(found); i++) {
        PY_AUTO PyObject *changes = PyDict_New();
        if (!changes || PyList_Append(p->taken, changes) < 0 ||
            ptrmap_set(&p->takers, PyTuple_GetItem(PyList_GetItem(found, i), 0), i) < 0)
            return -1;
    }
    return p->taken ? 0 : -1;
}

int plan_values(struct plan *p, PyObject *found)
{
    const struct takers t = {p, found};
    int rc = note_takers(p, found);

    if (rc < 0)
        return -1;
    do
        rc = go_round(&t);
    while (rc > 0);
    for (Py_ssize_t i = 0; rc == 0 && i < PyList_Size(found); i++)
        rc = add_changes(p, part(&t, i, 0), changes_of(p, i));
    return rc;
}

bool is_taken(const struct plan *p, PyObject *ns, PyObject *name)
{
    Py_ssize_t taker = ptrmap_get(&p->takers, ns);

    return taker >= 0 && PyUnicode_CheckExact(name) &&
           PyDict_Contains(changes_of(p, taker), name) == 1;
}
