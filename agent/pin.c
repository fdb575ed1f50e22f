#include "pin.h"
#include "busy.h"
#include "interps.h"
#include "obj.h"

/* The interpreter's dict keeps the last pin: in 3.8 and 3.9 what atexit calls is not held by it. */
#define KEY "reimport.pin"
#define TRIES 1000

/* The module `atexit`, made again beside the one that may be loaded: its callbacks are the
 * interpreter's since 3.10 (Modules/atexitmodule.c). Not by way of _imp.create_builtin(), which may go over to
 * the main interpreter for it from 3.13 on, and so gives the GIL up (import_run_extension() in Python/import.c). */
static PyObject *make_atexit(void)
{
    PyObject *example = PySys_GetObject("implementation");              /* a SimpleNamespace */
    PyObject *definition = py.p_PyInit_atexit ? PyInit_atexit() : NULL; /* borrowed */
    PY_AUTO PyObject *arguments = PyTuple_New(0);
    PY_AUTO PyObject *names = PyDict_New();

    if (!example || !definition)
        PyErr_SetString(PyExc_SystemError, "this Python does not show its module atexit");
    if (!example || !definition || !arguments || !names ||
        obj_put(names, "name", PyUnicode_FromString("atexit")) < 0)
        return NULL;
    PY_AUTO PyObject *spec = PyObject_Call((PyObject *)Py_TYPE(example), arguments, names);
    PY_AUTO PyObject *made =
        spec ? PyModule_FromDefAndSpec2((PyModuleDef *)definition, spec, PYTHON_ABI_VERSION) : NULL;
    return made && PyModule_ExecDef(made, (PyModuleDef *)definition) == 0 ? py_steal(&made) : NULL;
}

/* Before, they are the module's, and a second one would put the first out of use. */
static PyObject *get_atexit(void)
{
    return interps_version() >= 0x030a ? make_atexit() : PyImport_ImportModule("atexit");
}

static PyObject *locked_lock(void)
{
    PyObject *thread = obj_loaded("_thread");
    PY_AUTO PyObject *lock = thread ? PyObject_CallMethod(thread, "allocate_lock", NULL) : NULL;
    PY_AUTO PyObject *got = lock ? PyObject_CallMethod(lock, "acquire", NULL) : NULL;

    if (!thread)
        PyErr_SetString(PyExc_SystemError, "_thread is not loaded");
    return got ? py_steal(&lock) : NULL;
}

static PyObject *set(void)
{
    PY_AUTO PyObject *lock = locked_lock();
    PY_AUTO PyObject *wait = lock ? PyObject_GetAttrString(lock, "acquire") : NULL;
    PY_AUTO PyObject *atexit = wait ? get_atexit() : NULL;
    PY_AUTO PyObject *pin = atexit ? PyTuple_Pack(3, lock, wait, atexit) : NULL;
    PyObject *dict = pin ? interpreter_dict() : NULL;

    if (!dict || PyDict_SetItemString(dict, KEY, pin) < 0)
        return NULL;
    PyObject *done = PyObject_CallMethod(atexit, "register", "O", wait);
    Py_DecRef(done);
    return done ? py_steal(&pin) : NULL;
}

/* The collector would run what it finds to run, up to 3.11 whenever something is made. */
PyObject *pin_set(void)
{
    bool was_enabled = py.p_PyGC_Disable && PyGC_Disable();
    PyObject *pin = set();

    if (was_enabled)
        PyGC_Enable();
    return pin;
}

/* Until it got through, for want of memory. */
static void insist(PyObject *o, const char *method, PyObject *argument)
{
    for (int i = 0; i < TRIES; i++) {
        PyObject *done = argument ? PyObject_CallMethod(o, method, "O", argument)
                                  : PyObject_CallMethod(o, method, NULL);

        PyErr_Clear();
        Py_DecRef(done);
        if (done)
            return;
    }
}

void pin_drop(PyObject *pin)
{
    PyErr_Clear();
    insist(PyTuple_GetItem(pin, 2), "unregister", PyTuple_GetItem(pin, 1));
    insist(PyTuple_GetItem(pin, 0), "release", NULL);
    Py_DecRef(pin);
}
