/* The image carries the pieces as text. */
#include "script.h"

#define TEXT(name, file)                                                                           \
    __asm__(".pushsection .rodata\n" #name ":\n"                                                   \
            ".incbin \"" file "\"\n"                                                               \
            ".byte 0\n"                                                                            \
            ".popsection\n");                                                                      \
    extern const char name[] __attribute__((visibility("hidden")))

TEXT(script_finder_text, "agent/finder.py");
TEXT(script_failure_text, "agent/failure.py");
TEXT(script_imports_text, "agent/imports.py");

/* Frames of that name are taken out of the traceback of a failed import, by CPython itself. */
static const char file_name[] = "<frozen importlib._bootstrap_external>";

static int put_loaded(PyObject *ns, const char *key, const char *module)
{
    PyObject *found = obj_loaded(module);

    if (!found) {
        PyErr_Format(PyExc_SystemError, "%s is not loaded", module);
        return -1;
    }
    return PyDict_SetItemString(ns, key, found);
}

static int fill(PyObject *ns)
{
    if (put_loaded(ns, "sys", "sys") < 0 || put_loaded(ns, "__builtins__", "builtins") < 0 ||
        put_loaded(ns, "_bootstrap", "_frozen_importlib") < 0 ||
        put_loaded(ns, "_external", "_frozen_importlib_external") < 0 ||
        put_loaded(ns, "_thread", "_thread") < 0)
        return -1;
    return obj_put(ns, "__name__", PyUnicode_FromString("reimport"));
}

static PyObject *run(const char *text)
{
    PY_AUTO PyObject *ns = PyDict_New();
    PY_AUTO PyObject *code = NULL;
    PY_AUTO PyObject *done = NULL;

    if (!ns || fill(ns) < 0)
        return NULL;
    code = Py_CompileString(text, file_name, Py_file_input);
    done = code ? PyEval_EvalCode(code, ns, ns) : NULL;
    return done ? py_steal(&ns) : NULL;
}

PyObject *script_finder(void)
{
    return run(script_finder_text);
}

PyObject *script_failure(void)
{
    return run(script_failure_text);
}

PyObject *script_imports(void)
{
    return run(script_imports_text);
}
