/* `import reimport`: the importable face. */
#include "core.h"
#include "gil.h"
#include "modified.h"
#include "obj.h"

PyMODINIT_FUNC PyInit_reimport(void);

PyDoc_STRVAR(
    reimport_doc,
    "reimport(*modules)\n--\n\n"
    "Put what the modules' sources say now in the place of what was loaded.\n\n"
    "Each module is given by name or as the module itself; a package stands for itself and\n"
    "all its loaded submodules. Functions, classes and modules keep their identity, so that\n"
    "whatever holds them uses the new code. It takes effect as a whole or not at all:\n"
    "ValueError for a module that is not loaded or is no Python source, SyntaxError before\n"
    "anything is touched, AttributeError for a missing name in __all__, or whatever the\n"
    "import raised. An interrupt by a signal that comes too late to stop it is raised when it\n"
    "is done.\n\n"
    "A package with a true __package_reimport__ is reimported as a whole with any of its\n"
    "modules. A new module's __reimported__(old) is called before anything of the old one\n"
    "is changed; if it returns something false, the new module simply takes its place.");

PyDoc_STRVAR(modified_doc, "modified(path=None)\n--\n\n"
                           "The names of the loaded modules whose source on disk is not what is\n"
                           "loaded; only those below `path` if it is given.");

static PyObject *face_reimport(PyObject *self, PyObject *modules)
{
    struct reimport_options options = {.dry_run = false};
    PyObject *report;

    (void)self;
    if (PyTuple_Size(modules) == 0)
        Py_RETURN_NONE;
    report = reimport_run(modules, &options);
    if (!report)
        return NULL;
    Py_DecRef(report);
    Py_RETURN_NONE;
}

static PyObject *face_modified(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"path", NULL};
    PyObject *path = Py_None;
    PY_AUTO PyObject *paths = NULL;

    (void)self;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:modified", names, &path))
        return NULL;
    paths = path == Py_None ? PyTuple_New(0) : PyTuple_Pack(1, path);
    return paths ? modified(paths) : NULL;
}

static int fill(PyObject *module)
{
    PY_AUTO PyObject *first = PyUnicode_FromString("reimport");
    PY_AUTO PyObject *second = PyUnicode_FromString("modified");
    PyObject *dict = PyModule_GetDict(module);

    if (modified_know() < 0 || !first || !second ||
        obj_put(dict, "__all__", PyTuple_Pack(2, first, second)) < 0)
        return -1;
    return obj_put(dict, "__version__", PyUnicode_FromString(REIMPORT_VERSION));
}

static PyMethodDef methods[] = {
    {"reimport", face_reimport, METH_VARARGS, reimport_doc},
    {"modified", (PyCFunction)(void (*)(void))face_modified, METH_VARARGS | METH_KEYWORDS,
     modified_doc},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)fill},
    {0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "reimport",
    .m_doc =
        "Reimport modules in the process that runs, as the reimport command does from outside.",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_reimport(void)
{
    py_api_fill(NULL);
    if (!gil_exists()) {
        PyErr_SetString(
            PyExc_ImportError,
            "a free-threaded build of Python is not supported: run this on a build with the GIL");
        return NULL;
    }
    return PyModuleDef_Init(&definition);
}
