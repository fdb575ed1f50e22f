/* Defaults of parameters, where the new code has other parameters than the old. A default is made by
 * the top level, which does not run: a parameter that keeps its name keeps its default, and another one
 * gets what the source spells as a literal. */
#include "codeonly.h"
#include "layout.h"

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

static int plan_field(struct code_plan *c, PyObject *f, Py_ssize_t offset, PyObject *goal)
{
    return journal_add(&c->p.journal, J_WORD, f, NULL, offset, *word_at(f, offset), goal) < 0 ? -1
                                                                                              : 1;
}

static int plan_positional(struct code_plan *c, PyObject *f, PyObject *new, PyObject *spelled)
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
    return rc > 0 ? plan_field(c, f, layout.function.defaults, goal) : rc;
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

static int plan_keywords(struct code_plan *c, PyObject *f, PyObject *spelled)
{
    PyObject *dict = *word_at(f, layout.function.kwdefaults);
    PY_AUTO PyObject *goal = NULL;
    int rc = same_keys(dict, spelled);

    if (rc)
        return rc;
    rc = merge_keywords(dict, spelled, &goal);
    return rc > 0 ? plan_field(c, f, layout.function.kwdefaults, goal) : rc;
}

/* The source's defaults for this code: a new reference to (tuple, dict), or to None if they cannot be
 * told. */
static PyObject *spelled_defaults(const struct code_unit *cu, PyObject *new)
{
    PY_AUTO PyObject *key = cu->defaults ? PyLong_FromVoidPtr(new) : py_new(Py_None);
    PyObject *found = key && cu->defaults ? PyDict_GetItemWithError(cu->defaults, key) : NULL;

    return !key || PyErr_Occurred() ? NULL : py_new(found ? found : Py_None);
}

static int plan_spelled(struct code_plan *c, PyObject *f, PyObject *new, PyObject *spelled)
{
    Py_ssize_t planned = c->p.journal.count;
    int rc = plan_positional(c, f, new, PyTuple_GetItem(spelled, 0));

    if (rc > 0)
        rc = plan_keywords(c, f, PyTuple_GetItem(spelled, 1));
    if (rc == 0)
        journal_drop(&c->p.journal, planned);
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

int plan_defaults(struct code_plan *c, const struct code_unit *cu, PyObject *f, PyObject *new,
                  bool other_parameters)
{
    PY_AUTO PyObject *spelled = spelled_defaults(cu, new);
    int rc = !other_parameters;

    if (!spelled)
        return -1;
    if (spelled != Py_None)
        rc = !other_parameters && as_many(f, spelled) ? 1 : plan_spelled(c, f, new, spelled);
    return rc ? rc : plan_leave(&c->p, f, f, cannot_tell);
}
