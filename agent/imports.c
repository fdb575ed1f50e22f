/* Finding out, before the commit, who took what by value: see imports.py. */
#include "plan.h"
#include "script.h"

/* [(old, new)] of the units that take part in matching. New reference. */
static PyObject *moving_units(const struct reimport *r)
{
    PY_AUTO PyObject *units = PyList_New(0);

    for (Py_ssize_t i = 0; units && i < r->count; i++) {
        PY_AUTO PyObject *both = unit_moves(&r->units[i])
                                     ? PyTuple_Pack(2, r->units[i].old, r->units[i].fresh)
                                     : py_new(Py_None);
        if (!both || (both != Py_None && PyList_Append(units, both) < 0))
            return NULL;
    }
    return py_steal(&units);
}

PyObject *imports_find(const struct reimport *r)
{
    PY_AUTO PyObject *units = moving_units(r);
    PY_AUTO PyObject *ns = units ? script_imports() : NULL;
    PyObject *found = NULL;

    if (!ns)
        return NULL;
    found = PyObject_CallFunctionObjArgs(obj_item(ns, "find"), units, r->modules_before, NULL);
    PyDict_Clear(ns); /* its functions refer to it */
    return found;
}
