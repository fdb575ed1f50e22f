#include "obj.h"

int obj_attr(PyObject *o, const char *name, PyObject **value)
{
    *value = PyObject_GetAttrString(o, name);
    if (*value)
        return 1;
    if (!PyErr_ExceptionMatches(PyExc_AttributeError))
        return -1;
    PyErr_Clear();
    return 0;
}

PyObject *obj_item(PyObject *dict, const char *key)
{
    PyObject *name = PyUnicode_InternFromString(key);
    PyObject *value = name ? PyDict_GetItemWithError(dict, name) : NULL;

    Py_DecRef(name);
    if (!value)
        PyErr_Clear();
    return value;
}

PyObject *obj_global(PyObject *module, const char *name)
{
    PyObject *dict = PyModule_Check(module) ? PyModule_GetDict(module) : NULL;

    return dict ? obj_item(dict, name) : NULL;
}

int obj_put(PyObject *dict, const char *key, PyObject *value)
{
    int rc = value ? PyDict_SetItemString(dict, key, value) : -1;

    Py_DecRef(value);
    return rc;
}

PyObject *obj_loaded(const char *name)
{
    return obj_item(PyImport_GetModuleDict(), name);
}

bool obj_starts(PyObject *s, const char *prefix)
{
    PY_AUTO PyObject *start = PyUnicode_FromString(prefix);
    bool yes =
        start && PyUnicode_Check(s) && PyUnicode_Tailmatch(s, start, 0, PY_SSIZE_T_MAX, -1) == 1;

    if (!start)
        PyErr_Clear();
    return yes;
}

bool obj_is(PyObject *s, const char *text)
{
    return PyUnicode_Check(s) && PyUnicode_CompareWithASCIIString(s, text) == 0;
}
