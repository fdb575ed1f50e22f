#include "pin.h"
#include "busy.h"
#include "heap.h"
#include "interps.h"
#include "obj.h"

/* The interpreter's dict keeps the last pin: in 3.8 and 3.9 what atexit calls is not held by it. */
#define KEY "reimport.pin"
#define TRIES 1000
#define OWN_CALLBACKS 0x030a

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

/* A copy of what the import system notes of another built-in module, for that one. A new reference. */
static PyObject *copied_spec(PyObject *example, const char *name)
{
    PyObject **attributes = _PyObject_GetDictPtr(example);
    PY_AUTO PyObject *copy = PyType_GenericAlloc(Py_TYPE(example), 0);
    PY_AUTO PyObject *key = PyUnicode_InternFromString("name");
    PY_AUTO PyObject *value = PyUnicode_InternFromString(name);
    PyObject *attribute, *its;
    Py_ssize_t at = 0;

    while (copy && attributes && *attributes && PyDict_Next(*attributes, &at, &attribute, &its))
        if (PyObject_GenericSetAttr(copy, attribute, its) < 0)
            return NULL;
    return copy && key && value && PyObject_GenericSetAttr(copy, key, value) == 0 ? py_steal(&copy)
                                                                                  : NULL;
}

/* Has the module look as if it had been imported. */
static int complete(PyObject *atexit)
{
    PyObject *thread = obj_loaded("_thread"), *names = PyModule_GetDict(atexit);
    PyObject *example = thread ? obj_global(thread, "__spec__") : NULL;
    PyObject *loader = thread ? obj_global(thread, "__loader__") : NULL;

    if (!example || !loader)
        return 0;
    if (obj_put(names, "__package__", PyUnicode_FromString("")) < 0 ||
        PyDict_SetItemString(names, "__loader__", loader) < 0)
        return -1;
    return example == Py_None ? 0 : obj_put(names, "__spec__", copied_spec(example, "atexit"));
}

/* Up to 3.9 the callbacks are the module's, and a second one would put the first out of use. To import it would
 * run the import system's Python code, which waits for a lock that all interpreters share. */
static PyObject *loaded_atexit(void)
{
    PyObject *loaded = obj_loaded("atexit");
    PY_AUTO PyObject *made = NULL;

    if (loaded)
        return py_new(loaded);
    made = make_atexit();
    if (!made || complete(made) < 0 ||
        PyDict_SetItemString(PyImport_GetModuleDict(), "atexit", made) < 0)
        return NULL;
    return py_steal(&made);
}

static PyObject *get_atexit(void)
{
    return interps_version() >= OWN_CALLBACKS ? make_atexit() : loaded_atexit();
}

/* A module's function, borrowed; NULL with an exception where the program has put one of its own there, which
 * might be Python code. */
static PyObject *function_in_c(PyObject *module, const char *name)
{
    PyObject *function = obj_global(module, name);

    if (function && Py_TYPE(function) == &PyCFunction_Type)
        return function;
    PyErr_Format(PyExc_SystemError, "%s is not Python's own", name);
    return NULL;
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
    PyObject *add = atexit ? function_in_c(atexit, "register") : NULL;
    PY_AUTO PyObject *pin = add ? PyTuple_Pack(3, lock, wait, atexit) : NULL;
    PyObject *dict = pin ? interpreter_dict() : NULL;

    if (!dict || PyDict_SetItemString(dict, KEY, pin) < 0)
        return NULL;
    PyObject *done = PyObject_CallFunctionObjArgs(add, wait, NULL);
    Py_DecRef(done);
    return done ? py_steal(&pin) : NULL;
}

PyObject *pin_collector(void)
{
    PyObject *gc = py.p_PyGC_Disable ? NULL : heap_gc();

    PyErr_Clear();
    return gc;
}

/* Those of `gc` need no memory for that. 1 if it was at work, 0, or -1. */
static int stop_collector(PyObject *gc)
{
    PyObject *is_enabled, *disable;

    if (py.p_PyGC_Disable)
        return PyGC_Disable();
    is_enabled = gc ? function_in_c(gc, "isenabled") : NULL;
    disable = is_enabled ? function_in_c(gc, "disable") : NULL;
    PY_AUTO PyObject *was_enabled = disable ? PyObject_CallFunctionObjArgs(is_enabled, NULL) : NULL;
    PY_AUTO PyObject *done = was_enabled ? PyObject_CallFunctionObjArgs(disable, NULL) : NULL;
    return done ? was_enabled == Py_True : -1;
}

static void start_collector(PyObject *gc)
{
    PyObject *enable;

    if (py.p_PyGC_Enable) {
        PyGC_Enable();
        return;
    }
    enable = obj_global(gc, "enable");
    Py_DecRef(enable ? PyObject_CallFunctionObjArgs(enable, NULL) : NULL);
}

/* The collector would run what it finds to run, up to 3.11 whenever something is made. */
PyObject *pin_set(PyObject *gc)
{
    int was_enabled = stop_collector(gc);
    PyObject *pin = was_enabled < 0 ? NULL : set();

    if (was_enabled > 0)
        start_collector(gc);
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
