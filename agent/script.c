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
TEXT(script_modified_text, "agent/modified.py");
TEXT(script_beyond_text, "agent/beyond.py");

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

static int run(PyObject *ns, const char *text)
{
    PY_AUTO PyObject *code = Py_CompileString(text, file_name, Py_file_input);
    PY_AUTO PyObject *done = code ? PyEval_EvalCode(code, ns, ns) : NULL;

    return done ? 0 : -1;
}

static PyObject *namespace_of(const char *text, const char *more)
{
    PY_AUTO PyObject *ns = PyDict_New();

    if (!ns || fill(ns) < 0 || run(ns, text) < 0 || (more && run(ns, more) < 0))
        return NULL;
    return py_steal(&ns);
}

PyObject *script_finder(void)
{
    return namespace_of(script_finder_text, NULL);
}

PyObject *script_failure(void)
{
    return namespace_of(script_failure_text, NULL);
}

PyObject *script_modified(void)
{
    return namespace_of(script_finder_text, script_modified_text);
}

PyObject *script_imports(void)
{
    return namespace_of(script_imports_text, NULL);
}

PyObject *script_beyond(void)
{
    return namespace_of(script_beyond_text, NULL);
}
