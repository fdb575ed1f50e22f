/* What a new source changes beyond code: beyond.py's face. */
#include "codeonly.h"
#include "layout.h"
#include "obj.h"

static PyObject *script(const struct code_plan *c, const char *name)
{
    PyObject *function = obj_item(c->script, name);

    if (!function)
        PyErr_Format(PyExc_SystemError, "beyond.py has no %s", name);
    return function;
}

int beyond_survey(struct code_plan *c, struct code_unit *cu)
{
    PyObject *survey = script(c, "survey"), *shadowed = script(c, "shadowed");

    if (!survey || !shadowed)
        return -1;
    cu->survey = PyObject_CallFunctionObjArgs(survey, cu->unit->source ? cu->unit->source : Py_None,
                                              cu->unit->code, NULL);
    if (!cu->survey || cu->survey == Py_None)
        return cu->survey ? 0 : -1;
    cu->shadowed = PyObject_CallFunctionObjArgs(shadowed, cu->survey, NULL);
    cu->match.shadowed = cu->shadowed;
    return cu->shadowed ? 0 : -1;
}

/* As they are kept: what computes them is not asked. Borrowed. */
static PyObject *annotations_of(PyObject *function)
{
    PyObject *kept = *word_at(function, layout.function.annotations);

    if (layout.function.annotate >= 0 && *word_at(function, layout.function.annotate))
        return Py_True;
    return kept ? kept : Py_None;
}

/* [(function, its new code, the code's qualified name, its annotations)]. New reference. */
static PyObject *matched_lives(const struct code_unit *cu)
{
    PY_AUTO PyObject *lives = PyList_New(0);

    for (Py_ssize_t i = 0; lives && i < cu->match.count; i++) {
        const struct live_code *live = &cu->match.lives[i];
        Py_ssize_t node = live->successor ? ptrmap_get(&cu->tree.by_code, live->successor) : -1;
        if (node < 0)
            continue;
        PY_AUTO PyObject *all =
            PyTuple_Pack(4, live->function, live->successor, cu->tree.nodes[node].qualname,
                         annotations_of(live->function));
        if (!all || PyList_Append(lives, all) < 0)
            return NULL;
    }
    return py_steal(&lives);
}

int beyond_add(struct code_unit *cu, PyObject *what, PyObject *name)
{
    PY_AUTO PyObject *entry = PyDict_New();

    if (!entry || PyDict_SetItemString(entry, "what", what) < 0 ||
        PyDict_SetItemString(entry, "name", name) < 0)
        return -1;
    return PyList_Append(cu->beyond, entry);
}

/* `found` is a list of (what, name). */
static int take_found(struct code_unit *cu, PyObject *found)
{
    for (Py_ssize_t i = 0; i < PyList_Size(found); i++) {
        PyObject *both = PyList_GetItem(found, i);
        if (beyond_add(cu, PyTuple_GetItem(both, 0), PyTuple_GetItem(both, 1)) < 0)
            return -1;
    }
    return 0;
}

int beyond_compare(struct code_plan *c, struct code_unit *cu)
{
    PyObject *compare = script(c, "compare");

    if (!compare)
        return -1;
    if (cu->survey == Py_None)
        return 0;
    PY_AUTO PyObject *lives = matched_lives(cu);
    PY_AUTO PyObject *answer =
        lives ? PyObject_CallFunctionObjArgs(compare, cu->survey, cu->unit->old, cu->unit->name,
                                             lives, NULL)
              : NULL;
    if (!answer)
        return -1;
    cu->defaults = py_new(PyTuple_GetItem(answer, 1));
    return take_found(cu, PyTuple_GetItem(answer, 0));
}
