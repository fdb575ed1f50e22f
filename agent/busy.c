/* The mark is an entry of the interpreter's own dict, under the GIL: (process, thread). The process
 * is there because a fork copies the mark, but not the thread that would take it away. */
#include "busy.h"
#include "importing.h"
#include "obj.h"
#include "rt.h"

#define WAIT_NS_MAX (10 * (int64_t)1000000000)
static const char mark_key[] = "reimport.busy";

PyObject *interpreter_dict(void)
{
    PyInterpreterState *interpreter =
        py.p_PyInterpreterState_Get ? PyInterpreterState_Get() : _PyInterpreterState_Get();
    PyObject *dict = PyInterpreterState_GetDict(interpreter);

    if (!dict && !PyErr_Occurred())
        PyErr_SetString(PyExc_RuntimeError, "the interpreter has no dict of its own");
    return dict;
}

static long process_id(void)
{
    PyObject *posix = obj_loaded("posix");
    PY_AUTO PyObject *pid = posix ? PyObject_CallMethod(posix, "getpid", NULL) : NULL;

    if (!posix)
        PyErr_SetString(PyExc_SystemError, "posix is not loaded");
    return pid ? PyLong_AsLong(pid) : -1;
}

/* Whose mark it is: 0: nobody's, or that of a process which this one is a copy of; -1 on error. */
static long long holder(PyObject *dict, long pid)
{
    PyObject *mark = obj_item(dict, mark_key);

    if (!mark || PyLong_AsLong(PyTuple_GetItem(mark, 0)) != pid)
        return PyErr_Occurred() ? -1 : 0;
    return PyLong_AsLongLong(PyTuple_GetItem(mark, 1));
}

static int set_mark(PyObject *dict, long pid)
{
    PY_AUTO PyObject *first = PyLong_FromLong(pid);
    PY_AUTO PyObject *second = PyLong_FromLongLong((long long)PyThread_get_thread_ident());
    PyObject *mark = first && second ? PyTuple_Pack(2, first, second) : NULL;

    return obj_put(dict, mark_key, mark);
}

int busy_enter(const struct gate *gate)
{
    PyObject *dict = interpreter_dict();
    long pid = dict ? process_id() : -1;
    int64_t end = rt_monotonic_ns() + WAIT_NS_MAX;
    long long who;

    if (pid < 0)
        return -1;
    while ((who = holder(dict, pid)) != 0) {
        if (who == -1 && PyErr_Occurred())
            return -1;
        if (who == (long long)PyThread_get_thread_ident()) {
            PyErr_SetString(PyExc_RuntimeError, "a reimport cannot start another one");
            return -1;
        }
        if (gate ? !gate->open(gate->ctx) : rt_monotonic_ns() > end) {
            PyErr_Format(
                PyExc_TimeoutError,
                "another reimport is at work in this process (thread %lld); nothing was changed",
                who);
            return -1;
        }
        if (import_pause() < 0)
            return -1;
    }
    return set_mark(dict, pid);
}

void busy_give_up(unsigned long thread)
{
    PyObject *type;
    PyObject *value;
    PyObject *tb;
    PyObject *dict;

    PyErr_Fetch(&type, &value, &tb);
    dict = interpreter_dict();
    for (int i = 0; dict && i < 1000; i++) {
        PyObject *mark = obj_item(dict, mark_key);

        if (!mark || PyLong_AsLongLong(PyTuple_GetItem(mark, 1)) != (long long)thread ||
            PyDict_DelItemString(dict, mark_key) == 0)
            break;
        PyErr_Clear();
    }
    PyErr_Restore(type, value, tb);
}

void busy_leave(void)
{
    busy_give_up(PyThread_get_thread_ident());
}
