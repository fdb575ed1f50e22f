#include "gil.h"
#include "obj.h"
#include "rt.h"

static bool is_finalizing(void)
{
    return py.p_Py_IsFinalizing ? Py_IsFinalizing() : _Py_IsFinalizing();
}

/* Borrowed: threading._active, where threading.current_thread() puts an entry for a thread that it
 * did not start; NULL if threading is not loaded. */
static PyObject *known_threads(void)
{
    PyObject *threading = obj_loaded("threading");
    PyObject *active = threading ? obj_global(threading, "_active") : NULL;

    return active && PyDict_Check(active) ? active : NULL;
}

/* 1, 0, or -1 with an exception. */
static int is_known(PyObject *ident)
{
    PyObject *active = known_threads();

    return active ? PyDict_Contains(active, ident) : 0;
}

static PyObject *own_ident(void)
{
    return PyLong_FromUnsignedLongLong(PyThread_get_thread_ident());
}

bool gil_take(struct gil *gil)
{
    int64_t start = rt_monotonic_ns();
    PyObject *ident;

    if (!Py_IsInitialized() || is_finalizing())
        return false;
    gil->state = PyGILState_Ensure();
    gil->wait_ms = (double)(rt_monotonic_ns() - start) / 1e6;
    if (is_finalizing()) {
        PyGILState_Release(gil->state);
        return false;
    }
    ident = own_ident();
    gil->was_known = ident && is_known(ident) == 1;
    PyErr_Clear();
    Py_DecRef(ident);
    return true;
}

static void forget_thread(void)
{
    PY_AUTO PyObject *ident = own_ident();

    if (ident && is_known(ident) == 1)
        PyDict_DelItem(known_threads(), ident);
    PyErr_Clear();
}

void gil_release(struct gil *gil)
{
    if (!gil->was_known)
        forget_thread();
    PyGILState_Release(gil->state);
}
