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

/* The same without memory. */
static PyObject *search(PyObject *dict, const char *name)
{
    PyObject *key;
    PyObject *value;
    Py_ssize_t at = 0;

    while (dict && PyDict_Next(dict, &at, &key, &value))
        if (PyUnicode_Check(key) && PyUnicode_CompareWithASCIIString(key, name) == 0)
            return value;
    return NULL;
}

PyObject *obj_item(PyObject *dict, const char *key)
{
    PyObject *name = PyUnicode_InternFromString(key);
    PyObject *value = name ? PyDict_GetItemWithError(dict, name) : NULL;

    if (!value)
        PyErr_Clear();
    if (!name)
        return search(dict, key);
    Py_DecRef(name);
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
    if (!PyUnicode_Check(s))
        return false;
    for (Py_ssize_t i = 0; prefix[i]; i++)
        if (PyUnicode_FindChar(s, (Py_UCS4)prefix[i], i, i + 1, 1) != i)
            return false;
    return true;
}

bool obj_is(PyObject *s, const char *text)
{
    return PyUnicode_Check(s) && PyUnicode_CompareWithASCIIString(s, text) == 0;
}

bool obj_same_text(PyObject *a, PyObject *b)
{
    return PyUnicode_Check(a) && PyUnicode_Check(b) && PyUnicode_Compare(a, b) == 0;
}

bool list_has(PyObject *list, PyObject *o)
{
    for (Py_ssize_t i = 0; i < PyList_Size(list); i++)
        if (PyList_GetItem(list, i) == o)
            return true;
    return false;
}
