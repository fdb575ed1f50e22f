#include "interruption.h"
#include "obj.h"

void interruption_keep(struct reimport *r)
{
    if (r->gate || r->interruption[0] || !PyErr_Occurred() ||
        PyErr_ExceptionMatches(PyExc_MemoryError)) {
        PyErr_Clear();
        return;
    }
    PyErr_Fetch(&r->interruption[0], &r->interruption[1], &r->interruption[2]);
}

void interruption_look(struct reimport *r)
{
    if (!r->gate && PyErr_CheckSignals() < 0)
        interruption_keep(r);
}

static void set_context(PyObject *exception, PyObject *context)
{
    PY_AUTO PyObject *name = PyUnicode_InternFromString("__context__");
    PY_AUTO PyObject *own = NULL;

    if (name && obj_attr(exception, "__context__", &own) > 0 && own == Py_None)
        PyObject_GenericSetAttr(exception, name, context);
    PyErr_Clear();
}

bool interruption_raise(struct reimport *r)
{
    PyObject **kept = r->interruption;
    PyObject *type, *value, *tb;

    if (!kept[0])
        return false;
    PyErr_Fetch(&type, &value, &tb);
    PyErr_NormalizeException(&kept[0], &kept[1], &kept[2]);
    if (type) {
        PyErr_NormalizeException(&type, &value, &tb);
        if (tb)
            PyException_SetTraceback(value, tb);
        set_context(kept[1], value);
    }
    PyErr_Restore(kept[0], kept[1], kept[2]);
    kept[0] = kept[1] = kept[2] = NULL;
    Py_DecRef(type);
    Py_DecRef(value);
    Py_DecRef(tb);
    return true;
}
