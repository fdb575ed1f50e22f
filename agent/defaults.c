/* Defaults of parameters, where a live function gets code that has others than it has now. A default is
 * made by the code around the function, which does not run again: a parameter that keeps its name keeps its
 * default, and another one gets what the source spells as a literal. */
#include "codematch.h"
#include "layout.h"
#include "plan.h"
#include "script.h"
#include "obj.h"

static const char cannot_tell[] =
    "its parameters changed, and only running the source tells their defaults";

/* The defaults that a function has, or shall have, of its last positional parameters. */
struct defaults {
    PyObject *names; /* the code's co_varnames; borrowed */
    long first;      /* index in names of the first parameter that has one */
    long end;        /* of the first keyword-only parameter */
};

/* `names`: the code's co_varnames. */
static int defaults_of(struct defaults *d, PyObject *code, PyObject *names, PyObject *tuple)
{
    long end = code_number(code, "co_argcount");
    long first = end - (tuple ? PyTuple_Size(tuple) : 0);

    /* the program may have given it more of them than it has parameters */
    *d = (struct defaults){.names = names, .first = first < 0 ? 0 : first, .end = end};
    return end < 0 ? -1 : 0;
}

static PyObject *name_at(const struct defaults *d, long i)
{
    return PyTuple_GetItem(d->names, i);
}

static bool same_names(const struct defaults *a, const struct defaults *b)
{
    bool same = a->end - a->first == b->end - b->first;

    for (long i = 0; same && i < a->end - a->first; i++)
        same = PyUnicode_Compare(name_at(a, a->first + i), name_at(b, b->first + i)) == 0;
    return same;
}

/* What the source spells: a 1-tuple, or None. New reference to the value, or NULL without an
 * exception. */
static PyObject *spelled_value(PyObject *spelled)
{
    return PyTuple_Check(spelled) ? py_new(PyTuple_GetItem(spelled, 0)) : NULL;
}

/* The default that `name` has now. New reference, or NULL without an exception. */
static PyObject *present_value(const struct defaults *now, PyObject *tuple, PyObject *name)
{
    for (long i = now->first; i < now->end; i++)
        if (PyUnicode_Compare(name_at(now, i), name) == 0)
            return py_new(PyTuple_GetItem(tuple, PyTuple_Size(tuple) - (now->end - i)));
    return NULL;
}

/* 1 with *goal, a new reference or NULL for none; 0: cannot be told; -1. */
static int merge_positional(const struct defaults *now, const struct defaults *then,
                            PyObject *tuple, PyObject *spelled, PyObject **goal)
{
    Py_ssize_t n = PyTuple_Size(spelled);
    PY_AUTO PyObject *merged = PyTuple_New(n);

    *goal = NULL;
    for (Py_ssize_t i = 0; merged && i < n; i++) {
        PyObject *value = tuple ? present_value(now, tuple, name_at(then, then->first + i)) : NULL;
        if (!value)
            value = spelled_value(PyTuple_GetItem(spelled, i));
        if (!value)
            return PyErr_Occurred() ? -1 : 0;
        PyTuple_SetItem(merged, i, value);
    }
    if (!merged)
        return -1;
    *goal = n ? py_steal(&merged) : NULL;
    return 1;
}

static int plan_field(struct plan *p, PyObject *f, Py_ssize_t offset, PyObject *goal)
{
    return journal_add(&p->journal, J_WORD, f, NULL, offset, *word_at(f, offset), goal) < 0 ? -1
                                                                                            : 1;
}

static int plan_positional(struct plan *p, PyObject *f, PyObject *new, PyObject *spelled)
{
    PyObject *tuple = *word_at(f, layout.function.defaults),
             *old = *word_at(f, layout.function.code);
    PY_AUTO PyObject *old_names = code_get(old, "co_varnames");
    PY_AUTO PyObject *new_names = code_get(new, "co_varnames");
    PY_AUTO PyObject *goal = NULL;
    struct defaults now, then;

    if (!old_names || !new_names || defaults_of(&now, old, old_names, tuple) < 0 ||
        defaults_of(&then, new, new_names, spelled) < 0)
        return -1;
    if (same_names(&now, &then))
        return 1;
    int rc = merge_positional(&now, &then, tuple, spelled, &goal);
    return rc > 0 ? plan_field(p, f, layout.function.defaults, goal) : rc;
}

static int same_keys(PyObject *a, PyObject *b)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    int same = (a ? PyDict_Size(a) : 0) == PyDict_Size(b);

    while (same == 1 && PyDict_Next(b, &at, &key, &value))
        same = PyDict_Contains(a, key);
    return same;
}

static int merge_keywords(PyObject *dict, PyObject *spelled, PyObject **goal)
{
    PY_AUTO PyObject *merged = PyDict_New();
    PyObject *key, *value;
    Py_ssize_t at = 0;

    *goal = NULL;
    while (merged && PyDict_Next(spelled, &at, &key, &value)) {
        PyObject *present = dict ? PyDict_GetItemWithError(dict, key) : NULL;
        PY_AUTO PyObject *chosen = present ? py_new(present) : spelled_value(value);
        if (!chosen)
            return PyErr_Occurred() ? -1 : 0;
        if (PyDict_SetItem(merged, key, chosen) < 0)
            return -1;
    }
    if (!merged)
        return -1;
    *goal = PyDict_Size(merged) ? py_steal(&merged) : NULL;
    return 1;
}

static int plan_keywords(struct plan *p, PyObject *f, PyObject *spelled)
{
    PyObject *dict = *word_at(f, layout.function.kwdefaults);
    PY_AUTO PyObject *goal = NULL;
    int rc = same_keys(dict, spelled);

    if (rc)
        return rc;
    rc = merge_keywords(dict, spelled, &goal);
    return rc > 0 ? plan_field(p, f, layout.function.kwdefaults, goal) : rc;
}

/* The source's defaults for this code: a new reference to (tuple, dict), or to None if they cannot be
 * told. */
static PyObject *spelled_defaults(PyObject *known, PyObject *new)
{
    PY_AUTO PyObject *key = known ? PyLong_FromVoidPtr(new) : py_new(Py_None);
    PyObject *found = key && known ? PyDict_GetItemWithError(known, key) : NULL;

    return !key || PyErr_Occurred() ? NULL : py_new(found ? found : Py_None);
}

static int plan_spelled(struct plan *p, PyObject *f, PyObject *new, PyObject *spelled)
{
    Py_ssize_t planned = p->journal.count;
    int rc = plan_positional(p, f, new, PyTuple_GetItem(spelled, 0));

    if (rc > 0)
        rc = plan_keywords(p, f, PyTuple_GetItem(spelled, 1));
    if (rc == 0)
        journal_drop(&p->journal, planned);
    return rc;
}

/* True if the function has as many defaults as the source spells. */
static bool as_many(PyObject *f, PyObject *spelled)
{
    PyObject *tuple = *word_at(f, layout.function.defaults),
             *dict = *word_at(f, layout.function.kwdefaults);

    return (tuple ? PyTuple_Size(tuple) : 0) == PyTuple_Size(PyTuple_GetItem(spelled, 0)) &&
           (dict ? PyDict_Size(dict) : 0) == PyDict_Size(PyTuple_GetItem(spelled, 1));
}

int plan_parameters(struct plan *p, PyObject *known, PyObject *f, PyObject *new,
                    bool other_parameters)
{
    PY_AUTO PyObject *spelled = spelled_defaults(known, new);
    int rc = !other_parameters;

    if (!spelled)
        return -1;
    if (spelled != Py_None)
        rc = !other_parameters && as_many(f, spelled) ? 1 : plan_spelled(p, f, new, spelled);
    return rc ? rc : plan_leave(p, f, f, cannot_tell);
}

/* ---- what the new sources spell ---- */

/* True if there are functions that other functions make, or lambdas: others are found by their names, and
 * get the defaults of the new ones. `inside`: `code` is in a function. */
static bool makes_functions(PyObject *code, bool inside)
{
    PY_AUTO PyObject *consts = code_get(code, "co_consts");
    bool found = false;

    for (Py_ssize_t i = 0; consts && !found && i < PyTuple_Size(consts); i++) {
        PyObject *inner = PyTuple_GetItem(consts, i);
        if (Py_TYPE(inner) != &PyCode_Type)
            continue;
        PY_AUTO PyObject *name = code_get(inner, "co_name");
        bool function = code_is_function(inner);
        found = (function && (inside || (name && obj_is(name, "<lambda>")))) ||
                makes_functions(inner, inside || function);
    }
    return found;
}

static int find_in_unit(PyObject *script, const struct unit *u, PyObject *known)
{
    if (script_room(COMPILE_ROOM_MB) < 0)
        return -1;
    PY_AUTO PyObject *found = PyObject_CallFunctionObjArgs(
        obj_item(script, "defaults_inside"), u->source ? u->source : Py_None, u->code, NULL);
    return found ? PyDict_Update(known, found) : -1;
}

PyObject *spelled_find(const struct reimport *r)
{
    PY_AUTO PyObject *known = PyDict_New();
    PY_AUTO PyObject *script = NULL;
    int rc = known ? 0 : -1;

    for (Py_ssize_t i = 0; rc == 0 && i < r->count; i++) {
        const struct unit *u = &r->units[i];
        if (!u->code || !unit_moves(u) || !makes_functions(u->code, false))
            continue;
        rc = script || (script = script_arguments()) ? find_in_unit(script, u, known) : -1;
    }
    if (script)
        PyDict_Clear(script); /* its functions refer to it */
    return rc == 0 ? py_steal(&known) : NULL;
}
