#include "source.h"

/* Borrowed reference to the module's loader, or NULL. */
static PyObject *loader_of(PyObject *module)
{
    PyObject *loader = obj_global(module, "__loader__");
    PyObject *spec = obj_global(module, "__spec__");
    PyObject *from_spec = NULL;

    if (spec && spec != Py_None && obj_attr(spec, "loader", &from_spec) < 0)
        PyErr_Clear();
    if (from_spec && from_spec != Py_None)
        loader = from_spec;
    Py_DecRef(from_spec); /* the spec keeps it */
    return loader == Py_None ? NULL : loader;
}

static bool is_instance_of(PyObject *o, const char *module, const char *name)
{
    PyObject *home = obj_loaded(module);
    PyObject *type = home ? obj_global(home, name) : NULL;

    return type && PyType_Check(type) && PyType_IsSubtype(Py_TYPE(o), (PyTypeObject *)type);
}

static bool is_object(PyObject *o, const char *module, const char *name)
{
    PyObject *home = obj_loaded(module);

    return home && obj_global(home, name) == o;
}

static bool has_source_file(PyObject *module)
{
    PyObject *file = obj_global(module, "__file__");
    PY_AUTO PyObject *end = PyUnicode_FromString(".py");

    if (!end)
        PyErr_Clear();
    return file && end && PyUnicode_Check(file) &&
           PyUnicode_Tailmatch(file, end, 0, PY_SSIZE_T_MAX, 1) == 1;
}

static enum source source_without_loader(PyObject *module)
{
    PyObject *path = obj_global(module, "__path__");
    PyObject *spec = obj_global(module, "__spec__");

    /* A namespace package has a path and a spec, but no loader before 3.11. */
    if (path && spec && spec != Py_None)
        return SOURCE_PYTHON;
    return has_source_file(module) ? SOURCE_PYTHON : SOURCE_NONE;
}

enum source source_of(PyObject *module)
{
    PyObject *loader;
    PyObject *name;

    if (!PyModule_Check(module))
        return SOURCE_OBJECT;
    if (module == obj_loaded("_frozen_importlib") ||
        module == obj_loaded("_frozen_importlib_external"))
        return SOURCE_IMPORT;
    if (is_instance_of(module, "importlib.util", "_LazyModule"))
        return SOURCE_LAZY; /* once it has run, it has another class (Lib/importlib/util.py) */
    loader = loader_of(module);
    if (!loader)
        return source_without_loader(module);
    if (is_object(loader, "_frozen_importlib", "BuiltinImporter")) {
        name = obj_global(module, "__name__");
        /* __main__ has this loader when it was typed in or given with -c. */
        return name && obj_is(name, "__main__") ? SOURCE_NONE : SOURCE_BUILTIN;
    }
    if (is_instance_of(loader, "_frozen_importlib_external", "ExtensionFileLoader"))
        return SOURCE_EXTENSION;
    if (is_object(loader, "_frozen_importlib", "FrozenImporter"))
        return has_source_file(module) ? SOURCE_PYTHON : SOURCE_FROZEN;
    return SOURCE_PYTHON;
}

void source_refuse(PyObject *name, PyObject *module, enum source source)
{
    static const char *const why[] = {
        [SOURCE_OBJECT] = "cannot reimport '%U': what is loaded under that name is not a module",
        [SOURCE_BUILTIN] = "cannot reimport '%U': it is built into the interpreter",
        [SOURCE_FROZEN] = "cannot reimport '%U': it is frozen, and its source is not there",
        [SOURCE_IMPORT] = "cannot reimport '%U': it is the import system itself",
        [SOURCE_LAZY] = "cannot reimport '%U': it is lazy, and its source has not run yet",
        [SOURCE_NONE] = "cannot reimport '%U': it was not read from a file",
    };
    PyObject *file;

    if (source != SOURCE_EXTENSION) {
        PyErr_Format(PyExc_ValueError, why[source], name);
        return;
    }
    file = obj_global(module, "__file__");
    if (file && PyUnicode_Check(file))
        PyErr_Format(PyExc_ValueError, "cannot reimport '%U': it is an extension module (%U)", name,
                     file);
    else
        PyErr_Format(PyExc_ValueError, "cannot reimport '%U': it is an extension module", name);
}
