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

static int add_once(PyObject *type, struct ptrlist *types, struct ptrmap *seen)
{
    if (ptrmap_has(seen, type))
        return 0;
    if (ptrmap_set(seen, type, 1) < 0)
        return -1;
    return ptrlist_add(types, type, NULL) < 0 ? (PyErr_NoMemory(), -1) : 0;
}

/* Each once, however many ways lead to it. */
static int add_tree(PyObject *top, struct ptrlist *types)
{
    struct ptrmap seen = {0};
    int rc = add_once(top, types, &seen);

    for (Py_ssize_t i = 0; rc == 0 && i < types->count; i++) {
        PY_AUTO PyObject *below = subclasses(types->items[i].a);
        rc = below ? 0 : -1;
        for (Py_ssize_t k = 0; rc == 0 && k < PyList_Size(below); k++)
            rc = add_once(PyList_GetItem(below, k), types, &seen);
    }
    ptrmap_free(&seen);
    return rc;
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

/* "__new__", without memory: the key of object's own. Borrowed. */
static PyObject *find_name(void)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(type_dict((PyObject *)&PyBaseObject_Type), &at, &key, &value))
        if (obj_is(key, "__new__"))
            return key;
    return NULL;
}

void maker_settle(const struct ptrlist *types)
{
    PyObject *type, *value, *traceback;

    if (!types->count)
        return;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *name = find_name();
    for (Py_ssize_t i = 0; name && i < types->count; i++)
        settle(types->items[i].a, name);
    PyErr_Clear();
    PyErr_Restore(type, value, traceback);
}
