/* Which function makes instances: see maker.h. */
#include "maker.h"
#include "journal.h"
#include "layout.h"
#include "obj.h"

/* What derives from `type` itself: a new list. */
static PyObject *subclasses(PyObject *type)
{
    PyObject *method = obj_item(type_dict((PyObject *)&PyType_Type), "__subclasses__");

    return method ? PyObject_CallFunctionObjArgs(method, type, NULL) : NULL;
}

/* A class that derives from two of them comes twice, which does no harm. */
static int add_tree(PyObject *type, struct ptrlist *types)
{
    PY_AUTO PyObject *below = subclasses(type);

    if (!below)
        return -1;
    if (ptrlist_add(types, type, NULL) < 0)
        return PyErr_NoMemory(), -1;
    for (Py_ssize_t i = 0; i < PyList_Size(below); i++)
        if (add_tree(PyList_GetItem(below, i), types) < 0)
            return -1;
    return 0;
}

int maker_find(PyObject *type, PyObject *name, struct ptrlist *types)
{
    return name && !obj_is(name, "__new__") ? 0 : add_tree(type, types);
}

/* The class whose built-in `__new__` that is, or NULL (tp_new_wrapper() in Objects/typeobject.c). */
static PyObject *made_by(PyObject *found)
{
    PyObject *plain = obj_item(type_dict((PyObject *)&PyBaseObject_Type), "__new__");

    if (!found || !plain || Py_TYPE(found) != Py_TYPE(plain) ||
        PyCFunction_GetFunction(found) != PyCFunction_GetFunction(plain))
        return NULL;
    PyObject *self = PyCFunction_GetSelf(found);
    return self && PyType_Check(self) ? self : NULL;
}

static void settle(PyObject *type, PyObject *name)
{
    PyObject *maker = made_by(_PyType_Lookup((PyTypeObject *)type, name));

    if (maker && PyType_HasFeature((PyTypeObject *)type, Py_TPFLAGS_HEAPTYPE) &&
        PyType_IsSubtype((PyTypeObject *)type, (PyTypeObject *)maker))
        *word_at(type, TYPE_NEW) = *word_at(maker, TYPE_NEW);
}

void maker_settle(const struct ptrlist *types)
{
    PyObject *type, *value, *traceback;

    if (!types->count)
        return;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *name = PyUnicode_InternFromString("__new__");
    for (Py_ssize_t i = 0; name && i < types->count; i++)
        settle(types->items[i].a, name);
    Py_DecRef(name);
    PyErr_Clear();
    PyErr_Restore(type, value, traceback);
}
