/* What an instance has of a name, asked without running Python code. No dict is made for it: CPython would keep
 * the attributes otherwise from then on. */
#include "holders.h"
#include "layout.h"
#include "obj.h"

PyObject *class_value(PyTypeObject *type, PyObject *name, PyObject **home)
{
    PyObject *mro = *word_at(type, TYPE_MRO), *found = NULL;

    *home = NULL;
    for (Py_ssize_t i = 0; mro && !found && i < PyTuple_Size(mro); i++)
        if ((*home = PyTuple_GetItem(mro, i)) != (PyObject *)&PyBaseObject_Type)
            found = type_own(*home, name);
    return found;
}

bool has_plain_lookup(PyTypeObject *type)
{
    return *word_at(type, TYPE_GETATTRO) == *word_at(&PyBaseObject_Type, TYPE_GETATTRO);
}

bool is_quiet_attribute(PyObject *o)
{
    return !o || is_function(o) ||
           (!*word_at(Py_TYPE(o), TYPE_DESCR_GET) && !*word_at(Py_TYPE(o), TYPE_DESCR_SET));
}

PyObject *own_value(PyObject *o, PyObject *name, Py_ssize_t slot, PyObject *found)
{
    if (slot >= 0)
        return *word_at(o, slot);
    if (obj_starts(name, "__") || !has_plain_lookup(Py_TYPE(o)) || !is_quiet_attribute(found))
        return NULL;
    PY_AUTO PyObject *value = PyObject_GenericGetAttr(o, name);
    if (!value && PyErr_ExceptionMatches(PyExc_AttributeError))
        PyErr_Clear();
    if (value == found || (value && Py_TYPE(value) == &PyMethod_Type && found))
        return NULL; /* the class's */
    return value;
}
