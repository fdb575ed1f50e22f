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

bool gil_exists(void)
{
    static const char sign[] = "free-threading";

    for (const char *at = Py_GetVersion(); *at; at++)
        if (strlen(at) >= sizeof(sign) - 1 && memcmp(at, sign, sizeof(sign) - 1) == 0)
            return false;
    return true;
}

bool gil_may_take(void)
{
    return Py_IsInitialized() && !is_finalizing();
}

void gil_let_others_run(void)
{
    PyThreadState *own = PyEval_SaveThread();

    rt_poll(NULL, 0, 1);
    PyEval_RestoreThread(own);
}

void gil_note_hold(double *longest_ms, int64_t start)
{
    double held_ms = (double)(rt_monotonic_ns() - start) / 1e6;

    if (held_ms > *longest_ms)
        *longest_ms = held_ms;
}

bool gil_is_known(void)
{
    PY_AUTO PyObject *ident = own_ident();
    bool known = ident && is_known(ident) == 1;

    PyErr_Clear();
    return known;
}

void gil_forget_thread(void)
{
    PY_AUTO PyObject *ident = own_ident();

    if (ident && is_known(ident) == 1)
        PyDict_DelItem(known_threads(), ident);
    PyErr_Clear();
}
