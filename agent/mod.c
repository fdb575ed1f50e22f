/* Modules: the surviving dict gets the contents that the new top level made, sys.modules the old
 * module objects, parents their attributes. */
#include "iterators.h"
#include "patch.h"
#include "table.h"

/* A package's submodule that the new top level did not import again, but that is still loaded. */
static bool is_loaded_submodule(const struct plan *p, const struct unit *u, PyObject *key,
                                PyObject *value)
{
    if (!PyObject_TypeCheck(value, &PyModule_Type))
        return false;
    PY_AUTO PyObject *name = PyUnicode_FromFormat("%U.%U", u->name, key);
    return name && import_seen(p->r, name) == value;
}

/* The old module object stands for the new one, in parents' attributes and among siblings. */
static PyObject *surviving_value(const struct plan *p, PyObject *value)
{
    for (Py_ssize_t i = 0; i < p->r->count; i++)
        if (p->r->units[i].fresh == value && unit_moves(&p->r->units[i]))
            return p->r->units[i].old;
    Py_ssize_t dict = ptrmap_get(&p->new_globals, value);
    return dict >= 0 ? unit_old_dict(&p->r->units[dict]) : survivor(p, value);
}

/* A new dict that gives the namespace's own key for one that is equal to it. Only those that were made while it
 * ran are other objects than those of other namespaces. */
static PyObject *own_keys(PyObject *namespace)
{
    PY_AUTO PyObject *keys = PyDict_New();
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (keys && PyDict_Next(namespace, &at, &key, &value))
        if (PyUnicode_CheckExact(key) && PyDict_SetItem(keys, key, key) < 0)
            return NULL;
    return py_steal(&keys);
}

/* What the surviving dict shall hold. New reference. */
static PyObject *planned_namespace(const struct plan *p, const struct unit *u)
{
    PY_AUTO PyObject *keys = own_keys(unit_old_dict(u));
    PY_AUTO PyObject *goal = keys ? PyDict_New() : NULL;
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (goal && PyDict_Next(unit_new_dict(u), &at, &key, &value)) {
        PyObject *own = PyUnicode_CheckExact(key) ? PyDict_GetItemWithError(keys, key) : NULL;
        if (PyDict_SetItem(goal, own ? own : key, surviving_value(p, value)) < 0)
            return NULL;
    }
    for (at = 0; goal && PyDict_Next(unit_old_dict(u), &at, &key, &value);) {
        int there = PyDict_Contains(goal, key);
        if (there < 0 || (!there && PyUnicode_Check(key) && is_loaded_submodule(p, u, key, value) &&
                          PyDict_SetItem(goal, key, value) < 0))
            return NULL;
    }
    return PyErr_Occurred() || !goal || put_kept(u, goal) < 0 ? NULL : py_steal(&goal);
}

static int plan_swap(struct plan *p, PyObject *dict, PyObject *goal)
{
    if (ptrmap_set(&p->handled, dict, 1) < 0 || ptrmap_set(&p->handled, goal, 1) < 0)
        return -1;
    if (journal_prepare_swap(dict) < 0 || journal_prepare_swap(goal) < 0 ||
        table_lengthen(goal, iterators_reach(p, dict)) < 0)
        return -1;
    return journal_add(&p->journal, J_DICTSWAP, dict, NULL, 0, NULL, goal);
}

int plan_namespaces(struct plan *p)
{
    p->namespaces = PyList_New(0);
    for (Py_ssize_t i = 0; p->namespaces && i < p->r->count; i++) {
        const struct unit *u = &p->r->units[i];
        PY_AUTO PyObject *goal = unit_moves(u) ? planned_namespace(p, u) : py_new(Py_None);
        if (!goal || ptrmap_set(&p->handled, goal, 1) < 0 || PyList_Append(p->namespaces, goal) < 0)
            return -1;
    }
    return p->namespaces ? ptrmap_set(&p->handled, p->namespaces, 1) : -1;
}

/* True if a module of that name is the set's, or came below a package of the set. */
static bool is_of_set(const struct reimport *r, PyObject *name)
{
    for (Py_ssize_t i = 0; i < r->count; i++) {
        PY_AUTO PyObject *below = PyUnicode_FromFormat("%U.", r->units[i].name);
        if (below && (PyUnicode_Compare(name, r->units[i].name) == 0 ||
                      PyUnicode_Tailmatch(name, below, 0, PY_SSIZE_T_MAX, -1) == 1))
            return true;
    }
    return r->gone && PyDict_Contains(r->gone, name) == 1;
}

/* False for what another thread has done to sys.modules meanwhile. */
static bool is_our_doing(const struct reimport *r, PyObject *name, PyObject *before)
{
    return PyDict_Contains(before ? r->own : r->placed, name) == 1;
}

static int note_module(struct plan *p, PyObject *name)
{
    PyObject *before = PyDict_GetItemWithError(p->r->modules_before, name);
    PyObject *after = PyDict_GetItemWithError(p->r->modules_after, name);

    if (PyErr_Occurred())
        return -1;
    if (before == after || !PyUnicode_Check(name) || !is_of_set(p->r, name) ||
        !is_our_doing(p->r, name, before))
        return PyErr_Occurred() ? -1 : 0;
    return journal_note(&p->journal, J_DICTVALUE, PyImport_GetModuleDict(), name, 0, before, after);
}

/* Modules that go or come, one by one, for an undo: others import too, meanwhile. */
static int note_modules(struct plan *p)
{
    PyObject *both[] = {p->r->modules_before, p->r->modules_after}, *name, *module;

    for (int k = 0; k < 2; k++)
        for (Py_ssize_t at = 0; PyDict_Next(both[k], &at, &name, &module);) {
            int there = k ? PyDict_Contains(both[0], name) : 0;
            if (there < 0 || (!there && note_module(p, name) < 0))
                return -1;
        }
    return 0;
}

/* The record has it name by name: an undo leaves what the program has bound since, such as a submodule
 * that it has imported. */
static int plan_contents(struct plan *p, PyObject *dict, PyObject *goal)
{
    Py_ssize_t from = p->journal.count;

    return plan_swap(p, dict, goal) < 0 ? -1 : patch_dict(p, dict, from);
}

int plan_modules(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->r->count; i++)
        if (unit_moves(&p->r->units[i]) &&
            plan_contents(p, unit_old_dict(&p->r->units[i]), PyList_GetItem(p->namespaces, i)) < 0)
            return -1;
    PY_AUTO PyObject *modules = PyDict_Copy(p->r->modules_after);
    if (!modules || plan_swap(p, PyImport_GetModuleDict(), modules) < 0)
        return -1;
    p->journal.entries[p->journal.count - 1].lasting = true;
    return note_modules(p);
}
