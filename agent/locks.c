/* importlib's module locks, held from before the import to after the commit. They belong to the
 * thread that reimports, so its own imports pass. */
#include "importing.h"
#include "gil.h"
#include "interruption.h"
#include "obj.h"
#include "rt.h"

/* Without a gate (called as a library) there is nobody to withdraw. */
#define WAIT_NS_MAX (10 * (int64_t)1000000000)
#define TRIES_MAX 1000

int import_pause(void)
{
    gil_let_others_run();
    return PyErr_CheckSignals();
}

void import_breathe(struct reimport *r, int try)
{
    interruption_keep(r);
    if (try >= 10)
        gil_let_others_run();
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
    PyErr_Format(PyExc_TimeoutError,
                 "timed out: another thread is importing '%U'; nothing was changed", name);
    return -1;
}

/* Calls finder.py's function `name` until it gets through: an asynchronous exception or a failing
 * allocation must not leave a lock behind. */
static void insist(struct reimport *r, const char *name, PyObject *argument)
{
    for (int i = 0; i < TRIES_MAX; i++) {
        PyObject *function = obj_item(r->finder_ns, name);
        PyObject *done = function ? PyObject_CallFunctionObjArgs(function, argument, NULL) : NULL;

        if (done) {
            Py_DecRef(done);
            return;
        }
        import_breathe(r, i);
    }
}

/* 1: all taken; 0: another thread has one, and none is taken; -1. *busy: whose, a new reference. */
static int try_all(struct reimport *r, PyObject *names, PyObject **busy)
{
    PyObject *answer = fork_prepare(r) < 0
                           ? NULL
                           : PyObject_CallFunctionObjArgs(obj_item(r->finder_ns, "try_lock"), names,
                                                          r->locks, NULL);
    int rc = !answer ? -1 : answer == Py_None;

    if (rc == 0)
        *busy = answer;
    else
        Py_DecRef(answer);
    if (rc != 1)
        unlock_set(r);
    return rc;
}

int lock_set(struct reimport *r)
{
    PY_AUTO PyObject *names = names_of(r);
    int64_t end = rt_monotonic_ns() + WAIT_NS_MAX;

    while (names) {
        PY_AUTO PyObject *busy = NULL;
        int rc;

        r->locks = PyList_New(0);
        rc = r->locks ? try_all(r, names, &busy) : -1;
        if (rc != 0)
            return rc < 0 ? -1 : 0;
        if (r->gate ? !r->gate->open(r->gate->ctx) : rt_monotonic_ns() > end)
            return refuse_busy(busy);
        if (import_pause() < 0)
            return -1;
    }
    return -1;
}

void forget_finder(struct reimport *r)
{
    if (r->finder)
        insist(r, "forget", r->finder);
    py_clear(&r->finder);
}

void unlock_set(struct reimport *r)
{
    PyObject *type;
    PyObject *value;
    PyObject *tb;

    PyErr_Fetch(&type, &value, &tb);
    if (r->finder)
        insist(r, "close", r->finder);
    if (r->locks)
        insist(r, "unlock", r->locks);
    fork_over(r);
    py_clear(&r->locks);
    PyErr_Restore(type, value, tb);
}
