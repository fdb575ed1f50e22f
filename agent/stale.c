/* What still runs replaced code after the commit: frames of the threads, generators, coroutines. */
#include "layout.h"
#include "plan.h"

/* The last part of a qualified name will do where code objects have none (before 3.11). */
static PyObject *code_name(PyObject *code)
{
    PyObject *name = code_get(code, "co_qualname");

    if (name)
        return name;
    PyErr_Clear();
    return code_get(code, "co_name");
}

/* The name of a thread, read from the dict of its Thread object without running its code; None if
 * `threading` does not know it. New reference. */
static PyObject *thread_name(PyObject *ident)
{
    PyObject *threading = PyDict_GetItemString(PyImport_GetModuleDict(), "threading");
    PyObject *active = threading && PyObject_TypeCheck(threading, &PyModule_Type)
                           ? PyDict_GetItemString(PyModule_GetDict(threading), "_active")
                           : NULL;
    PyObject *thread = active && PyDict_Check(active) ? PyDict_GetItemWithError(active, ident) : NULL;

    if (!thread)
        return py_new(ident);
    PY_AUTO PyObject *dict = PyObject_GenericGetDict(thread, NULL);
    PyObject *name = dict ? PyDict_GetItemString(dict, "_name") : NULL;
    if (!dict)
        PyErr_Clear();
    return py_new(name ? name : ident);
}

static int say(PyObject *stale, const char *kind, PyObject *thread, PyObject *code, PyObject *line)
{
    PY_AUTO PyObject *entry = PyDict_New();
    PY_AUTO PyObject *what = PyUnicode_FromString(kind);
    PY_AUTO PyObject *name = code_name(code);
    PY_AUTO PyObject *file = code_get(code, "co_filename");

    if (!entry || !what || !name || !file || PyDict_SetItemString(entry, "kind", what) < 0 ||
        PyDict_SetItemString(entry, "thread", thread) < 0 ||
        PyDict_SetItemString(entry, "function", name) < 0 ||
        PyDict_SetItemString(entry, "file", file) < 0 || PyDict_SetItemString(entry, "line", line) < 0)
        return -1;
    return PyList_Append(stale, entry);
}

static bool is_replaced(const struct plan *p, PyObject *code)
{
    return codes_successor(&p->codes, code) != NULL;
}

static int say_frames(const struct plan *p, PyObject *stale, PyObject *ident, PyObject *top)
{
    PY_AUTO PyObject *thread = thread_name(ident);
    PY_AUTO PyObject *frame = py_new(top);

    while (thread && frame && frame != Py_None) {
        PY_AUTO PyObject *code = PyObject_GetAttrString(frame, "f_code");
        PY_AUTO PyObject *line = PyObject_GetAttrString(frame, "f_lineno");
        if (!code || !line || (is_replaced(p, code) && say(stale, "frame", thread, code, line) < 0))
            return -1;
        PyObject *back = PyObject_GetAttrString(frame, "f_back");
        py_clear(&frame);
        frame = back;
    }
    return frame ? 0 : -1;
}

static int say_threads(const struct plan *p, PyObject *stale)
{
    PY_AUTO PyObject *frames = _PyThread_CurrentFrames();
    PyObject *ident, *frame;
    Py_ssize_t at = 0;

    if (!frames)
        return -1;
    while (PyDict_Next(frames, &at, &ident, &frame))
        if (say_frames(p, stale, ident, frame) < 0)
            return -1;
    return 0;
}

static int say_suspended(const struct plan *p, PyObject *stale, PyObject *o)
{
    static const struct {
        const char *kind, *code, *frame;
    } kinds[] = {{"generator", "gi_code", "gi_frame"},
                 {"coroutine", "cr_code", "cr_frame"},
                 {"async generator", "ag_code", "ag_frame"}};
    int k = Py_TYPE(o) == &PyGen_Type ? 0 : Py_TYPE(o) == &PyCoro_Type ? 1 : 2;
    PY_AUTO PyObject *code = PyObject_GetAttrString(o, kinds[k].code);
    PY_AUTO PyObject *frame = PyObject_GetAttrString(o, kinds[k].frame);

    if (!code || !frame)
        return -1;
    if (frame == Py_None || !is_replaced(p, code))
        return 0;
    PY_AUTO PyObject *line = PyObject_GetAttrString(frame, "f_lineno");
    return line ? say(stale, kinds[k].kind, Py_None, code, line) : -1;
}

int plan_stale(struct plan *p)
{
    PY_AUTO PyObject *stale = PyList_New(0);

    if (!stale || say_threads(p, stale) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < p->suspended.count; i++)
        if (say_suspended(p, stale, p->suspended.items[i].a) < 0)
            return -1;
    return PyDict_SetItemString(p->r->report, "stale", stale);
}
