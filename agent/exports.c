/* The names in __all__ must be there, as `import *` would want them. */
#include "importing.h"
#include "obj.h"

/* 1: `name` is a submodule, loaded or not: `import *` would import it; 0; -1. */
static int is_submodule(struct reimport *r, PyObject *module, PyObject *package, PyObject *name)
{
    PyObject *path = obj_global(module, "__path__");
    PY_AUTO PyObject *full = path ? PyUnicode_FromFormat("%U.%U", package, name) : NULL;
    PY_AUTO PyObject *spec = NULL;

    if (!path)
        return 0;
    if (!full)
        return -1;
    if (import_seen(r, full))
        return 1;
    if (!PyErr_Occurred())
        spec = PyObject_CallFunctionObjArgs(obj_item(r->finder_ns, "find"), full, path, NULL);
    return spec ? spec != Py_None : -1;
}

/* 1: the module has it, or a __getattr__ that may make it; 0; -1. */
static int has_name(PyObject *module, PyObject *name)
{
    PyObject *dict = PyModule_GetDict(module);
    PyObject *value = PyDict_GetItemWithError(dict, name);

    if (value || PyErr_Occurred())
        return value ? 1 : -1;
    if (obj_item(dict, "__getattr__"))
        return 1;
    value = PyObject_GetAttr(module, name); /* its class may have it */
    if (!value && PyErr_ExceptionMatches(PyExc_AttributeError))
        PyErr_Clear();
    Py_DecRef(value);
    return value ? 1 : PyErr_Occurred() ? -1 : 0;
}

static int check_name(struct reimport *r, const struct unit *unit, PyObject *name)
{
    int there;

    if (!PyUnicode_Check(name)) {
        PyErr_Format(PyExc_TypeError, "Item in %U.__all__ must be str, not %R", unit->name,
                     Py_TYPE(name));
        return -1;
    }
    there = has_name(unit->fresh, name);
    if (there == 0)
        there = is_submodule(r, unit->fresh, unit->name, name);
    if (there == 0)
        PyErr_Format(PyExc_AttributeError,
                     "module '%U' has no attribute '%U', which its __all__ names", unit->name,
                     name);
    return there == 1 ? 0 : -1;
}

int exports_check(struct reimport *r, const struct unit *unit)
{
    PyObject *all = obj_global(unit->fresh, "__all__");
    PY_AUTO PyObject *names = all ? PySequence_Tuple(all) : NULL;
    Py_ssize_t n = names ? PyTuple_Size(names) : 0;

    if (all && !names)
        return -1;
    for (Py_ssize_t i = 0; i < n; i++)
        if (check_name(r, unit, PyTuple_GetItem(names, i)) < 0)
            return -1;
    return 0;
}
