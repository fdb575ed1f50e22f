/* What still runs replaced code after the commit: frames of the threads, generators, coroutines. */
#include "layout.h"
#include "plan.h"
#include "running.h"
#include "state.h"
#include "obj.h"

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
    PyObject *threading = obj_item(PyImport_GetModuleDict(), "threading");
    PyObject *active = threading && PyObject_TypeCheck(threading, &PyModule_Type)
                           ? obj_item(PyModule_GetDict(threading), "_active")
                           : NULL;
    PyObject *thread =
        active && PyDict_Check(active) ? PyDict_GetItemWithError(active, ident) : NULL;

    if (!thread)
        return py_new(ident);
    PY_AUTO PyObject *dict = PyObject_GenericGetDict(thread, NULL);
    PyObject *name = dict ? obj_item(dict, "_name") : NULL;
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
        PyDict_SetItemString(entry, "file", file) < 0 ||
        PyDict_SetItemString(entry, "line", line) < 0)
        return -1;
    return PyList_Append(stale, entry);
}

struct saying {
    const struct ptrmap *replaced;
    PyObject *stale;
};

static int say_frame(PyObject *frame, PyObject *ident, void *arg)
{
    const struct saying *s = arg;
    PyObject *code = frame_code(frame);

    if (!ptrmap_has(s->replaced, code))
        return 0;
    PY_AUTO PyObject *thread = thread_name(ident);
    PY_AUTO PyObject *line = PyObject_GetAttrString(frame, "f_lineno");
    return thread && line ? say(s->stale, "frame", thread, code, line) : -1;
}

static int say_suspended(const struct ptrmap *replaced, PyObject *stale, PyObject *o)
{
    const char *kind = Py_TYPE(o) == &PyGen_Type    ? "generator"
                       : Py_TYPE(o) == &PyCoro_Type ? "coroutine"
                                                    : "async generator";
    PyObject *code = suspended_code(o);

    if (suspended_has_ended(o) || !ptrmap_has(replaced, code))
        return 0;
    PY_AUTO PyObject *line = suspended_line(o);
    return line ? say(stale, kind, Py_None, code, line) : -1;
}

PyObject *stale_list(const struct ptrmap *replaced, PyObject *frames,
                     const struct ptrlist *suspended)
{
    PY_AUTO PyObject *stale = PyList_New(0);
    struct saying s = {replaced, stale};

    if (!stale || frames_each(frames, say_frame, &s) < 0)
        return NULL;
    for (Py_ssize_t i = 0; i < suspended->count; i++)
        if (say_suspended(replaced, stale, suspended->items[i].a) < 0)
            return NULL;
    return py_steal(&stale);
}

int plan_stale(struct plan *p)
{
    PY_AUTO PyObject *keep = PyList_New(0);
    struct ptrmap replaced = {0};
    int rc = keep ? state_replaced(&replaced, keep) : -1;

    /* What an undo brings back is replaced no more. */
    for (Py_ssize_t i = 0; rc == 0 && i < p->codes.pairs.count; i++)
        if (ptrmap_has(&replaced, p->codes.pairs.items[i].b))
            rc = ptrmap_set(&replaced, p->codes.pairs.items[i].b, -1);
    for (Py_ssize_t i = 0; rc == 0 && i < p->codes.pairs.count; i++)
        rc = ptrmap_set(&replaced, p->codes.pairs.items[i].a, 1);
    PY_AUTO PyObject *stale = rc == 0 ? stale_list(&replaced, p->frames, &p->suspended) : NULL;
    ptrmap_free(&replaced);
    return stale ? PyDict_SetItemString(p->r->report, "stale", stale) : -1;
}
