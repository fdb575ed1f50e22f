#include "interruption.h"
#include "obj.h"

#define CONTEXTS_MAX 10000

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

/* The exception at the end of the chain of contexts that begins with `exception`: a new reference; NULL if `other`
 * is in the chain, or there is no end. */
static PyObject *last_in_chain(PyObject *exception, PyObject *other)
{
    PyObject *last = py_new(exception);

    for (int i = 0; i < CONTEXTS_MAX && last != other; i++) {
        PyObject *next = PyException_GetContext(last);

        if (!next)
            return last;
        Py_DecRef(last);
        last = next;
    }
    Py_DecRef(last);
    return NULL;
}

/* What the handler was in when it raised stays the nearest context; neither chain becomes a circle. */
static void set_context(PyObject *exception, PyObject *context)
{
    PY_AUTO PyObject *last = last_in_chain(exception, context);
    PY_AUTO PyObject *theirs = last ? last_in_chain(context, last) : NULL;

    if (theirs)
        PyException_SetContext(last, py_new(context));
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
