/* The image carries the pieces as text. */
#include "script.h"
#include "rt.h"

#define TEXT(name, file)                                                                           \
    __asm__(".pushsection .rodata\n" #name ":\n"                                                   \
            ".incbin \"" file "\"\n"                                                               \
            ".byte 0\n"                                                                            \
            ".popsection\n");                                                                      \
    extern const char name[] __attribute__((visibility("hidden")))

TEXT(script_modules_text, "agent/modules.py");
TEXT(script_finder_text, "agent/finder.py");
TEXT(script_failure_text, "agent/failure.py");
TEXT(script_imports_text, "agent/imports.py");
TEXT(script_trees_text, "agent/trees.py");
TEXT(script_literals_text, "agent/literals.py");
TEXT(script_traces_text, "agent/traces.py");
TEXT(script_modified_text, "agent/modified.py");
TEXT(script_uses_text, "agent/uses.py");
TEXT(script_arguments_text, "agent/arguments.py");
TEXT(script_beyond_text, "agent/beyond.py");
TEXT(script_beside_text, "agent/beside.py");
TEXT(script_fork_text, "agent/fork.py");

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

/* Compiling holds the GIL: no longer than this at a time, as far as the pieces allow. */
#define HOLD_NS 2000000

/* The length of the first piece of `text`: up to two empty lines, as there are between definitions.
 */
static Py_ssize_t piece_length(const char *text)
{
    Py_ssize_t n = 0;

    while (text[n] && !(text[n] == '\n' && text[n + 1] == '\n' && text[n + 2] == '\n'))
        n++;
    while (text[n] == '\n')
        n++;
    return n;
}

static int run_piece(PyObject *ns, const char *text, Py_ssize_t n)
{
    PY_AUTO PyObject *bytes = PyBytes_FromStringAndSize(text, n); /* ends with a null */
    PY_AUTO PyObject *code =
        bytes ? Py_CompileString(PyBytes_AsString(bytes), file_name, Py_file_input) : NULL;
    PY_AUTO PyObject *done = code ? PyEval_EvalCode(code, ns, ns) : NULL;

    if (bytes && !code && !PyErr_Occurred())
        PyErr_NoMemory(); /* of which 3.12's tokenizer says nothing */
    return done ? 0 : -1;
}

static int run(PyObject *ns, const char *text)
{
    int64_t since = rt_monotonic_ns();

    while (*text) {
        Py_ssize_t n = piece_length(text);

        if (run_piece(ns, text, n) < 0)
            return -1;
        text += n;
        if (rt_monotonic_ns() - since > HOLD_NS) {
            PyEval_RestoreThread(PyEval_SaveThread());
            since = rt_monotonic_ns();
        }
    }
    return 0;
}

int script_room(int megabytes)
{
    if (rt_has_room((size_t)megabytes << 20))
        return 0;
    PyErr_Format(
        PyExc_MemoryError,
        "less than %d MB can be had, and a Python that runs out of memory while it compiles "
        "may end the process",
        megabytes);
    return -1;
}

/* Our own pieces are small. */
#define OWN_ROOM_MB 2

/* `texts` ends with NULL. */
static PyObject *namespace_of(const char *const *texts)
{
    PY_AUTO PyObject *ns = script_room(OWN_ROOM_MB) < 0 ? NULL : PyDict_New();
    int rc = ns ? fill(ns) : -1;

    for (int i = 0; rc == 0 && texts[i]; i++)
        rc = run(ns, texts[i]);
    return rc == 0 ? py_steal(&ns) : NULL;
}

#define NAMESPACE_OF(...) namespace_of((const char *const[]){__VA_ARGS__, NULL})

PyObject *script_finder(void)
{
    return NAMESPACE_OF(script_modules_text, script_finder_text);
}

PyObject *script_failure(void)
{
    return NAMESPACE_OF(script_failure_text);
}

PyObject *script_modified(void)
{
    return NAMESPACE_OF(script_modules_text, script_finder_text, script_trees_text,
                        script_literals_text, script_uses_text, script_traces_text,
                        script_modified_text);
}

PyObject *script_imports(void)
{
    return NAMESPACE_OF(script_modules_text, script_trees_text, script_imports_text);
}

PyObject *script_fork(void)
{
    return NAMESPACE_OF(script_fork_text);
}

PyObject *script_arguments(void)
{
    return NAMESPACE_OF(script_modules_text, script_trees_text, script_literals_text,
                        script_arguments_text);
}

PyObject *script_beyond(void)
{
    return NAMESPACE_OF(script_modules_text, script_trees_text, script_literals_text,
                        script_uses_text, script_arguments_text, script_beyond_text,
                        script_beside_text);
}
