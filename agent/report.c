#include "report.h"
#include "obj.h"
#include "script.h"

/* What CPython prints for the traceback: a new str. */
static PyObject *frames_text(PyObject *tb)
{
    PyObject *io = obj_loaded("_io");
    PY_AUTO PyObject *file = io ? PyObject_CallMethod(io, "StringIO", NULL) : NULL;

    if (!io)
        PyErr_SetString(PyExc_SystemError, "_io is not loaded");
    if (!file || PyTraceBack_Print(tb, file) < 0)
        return NULL;
    return PyObject_CallMethod(file, "getvalue", NULL);
}

/* Appends frames, message and what comes after, for one exception of a chain. */
static int add_link(PyObject *parts, PyObject *ns, PyObject *link)
{
    PyObject *tb = PyTuple_GetItem(link, 1);
    PY_AUTO PyObject *frames = tb == Py_None ? PyUnicode_FromString("") : frames_text(tb);
    PY_AUTO PyObject *lines =
        PyObject_CallFunctionObjArgs(obj_item(ns, "describe"), PyTuple_GetItem(link, 0), NULL);

    if (!frames || !lines || PyList_Append(parts, frames) < 0 || PyList_Append(parts, lines) < 0)
        return -1;
    return PyList_Append(parts, PyTuple_GetItem(link, 2));
}

static PyObject *tell(PyObject *ns, PyObject *value, PyObject *tb)
{
    PY_AUTO PyObject *chain =
        PyObject_CallFunctionObjArgs(obj_item(ns, "chain"), value, tb ? tb : Py_None, NULL);
    PY_AUTO PyObject *parts = PyList_New(0);
    PY_AUTO PyObject *nothing = PyUnicode_FromString("");
    Py_ssize_t n = chain ? PyList_Size(chain) : 0;

    if (!chain || !parts || !nothing)
        return NULL;
    for (Py_ssize_t i = 0; i < n; i++)
        if (add_link(parts, ns, PyList_GetItem(chain, i)) < 0)
            return NULL;
    return PyUnicode_Join(nothing, parts);
}

PyObject *report_traceback(PyObject *value, PyObject *tb)
{
    PY_AUTO PyObject *ns = script_failure();

    return ns ? tell(ns, value, tb) : NULL;
}

PyObject *report_error(void)
{
    PY_AUTO PyObject *type = NULL;
    PY_AUTO PyObject *value = NULL;
    PY_AUTO PyObject *tb = NULL;
    PY_AUTO PyObject *ns = NULL;
    PY_AUTO PyObject *error = PyDict_New();

    PyErr_Fetch(&type, &value, &tb);
    PyErr_NormalizeException(&type, &value, &tb);
    ns = script_failure();
    if (!error || !ns ||
        obj_put(error, "type", PyObject_CallFunctionObjArgs(obj_item(ns, "kind"), value, NULL)) <
            0 ||
        obj_put(error, "message",
                PyObject_CallFunctionObjArgs(obj_item(ns, "message"), value, NULL)) < 0 ||
        obj_put(error, "traceback", tell(ns, value, tb)) < 0)
        return NULL;
    return py_steal(&error);
}
