/* importlib's module locks, held from before the import to after the commit. They belong to the
 * thread that reimports, so its own imports pass. */
#include "importing.h"
#include "obj.h"
#include "rt.h"

/* Without a gate (called as a library) there is nobody to withdraw. */
#define WAIT_NS_MAX (10 * (int64_t)1000000000)
#define TRIES_MAX 1000

int import_pause(void)
{
    PyThreadState *state = PyEval_SaveThread();

    rt_poll(NULL, 0, 1);
    PyEval_RestoreThread(state);
    return PyErr_CheckSignals();
}

/* All names whose locks are wanted: a new list. */
static PyObject *names_of(const struct reimport *r)
{
    PY_AUTO PyObject *names = PyDict_Keys(r->gone);

    for (Py_ssize_t i = 0; names && i < r->count; i++)
        if (PyList_Append(names, r->units[i].name) < 0)
            return NULL;
    return py_steal(&names);
}

static int refuse_busy(PyObject *name)
{
    PyErr_Format(PyExc_TimeoutError, "'%U' is being imported by another thread all the time", name);
    return -1;
}

int lock_set(struct reimport *r)
{
    PY_AUTO PyObject *names = names_of(r);
    int64_t end = rt_monotonic_ns() + WAIT_NS_MAX;

    while (names) {
        PyObject *answer =
            PyObject_CallFunctionObjArgs(obj_item(r->finder_ns, "try_lock"), names, NULL);

        if (answer && PyList_Check(answer)) {
            r->locks = answer;
            return 0;
        }
        if (!answer)
            return -1;
        if (r->gate ? !r->gate->open(r->gate->ctx) : rt_monotonic_ns() > end) {
            refuse_busy(answer);
            Py_DecRef(answer);
            return -1;
        }
        Py_DecRef(answer);
        if (import_pause() < 0)
            return -1;
    }
    return -1;
}

/* Calls function(argument) until it gets through: an asynchronous exception or a failing allocation
 * must not leave a lock behind. */
static void insist(PyObject *callable, PyObject *argument)
{
    for (int i = 0; i < TRIES_MAX; i++) {
        PyObject *done = PyObject_CallFunctionObjArgs(callable, argument, NULL);

        if (done) {
            Py_DecRef(done);
            return;
        }
        PyErr_Clear();
    }
}

void unlock_set(struct reimport *r)
{
    PyObject *type;
    PyObject *value;
    PyObject *tb;

    PyErr_Fetch(&type, &value, &tb);
    if (r->finder)
        insist(obj_item(r->finder_ns, "close"), r->finder);
    if (r->locks)
        insist(obj_item(r->finder_ns, "unlock"), r->locks);
    py_clear(&r->finder);
    py_clear(&r->locks);
    PyErr_Restore(type, value, tb);
}
