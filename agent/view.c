/* sys.modules while the set is being imported: the same dict, with a class of its own (finder.py's
 * view_of()), by which one thread sees other modules there than all the others.
 *
 * The import system, in C as well, looks past a dict's class only if that is dict itself
 * (import_get_module() in CPython's Python/import.c). The class adds nothing to a dict but methods, so an
 * object of the one is laid out as one of the other. Its methods are Python code: another thread may be in
 * one of them when we are unmapped. An import of what is loaded takes others 0.1 us longer meanwhile, two to
 * three times as long. */
#include "importing.h"
#include "journal.h"
#include "layout.h"
#include "obj.h"

#define CLASS_NAME "ReimportView"
#define OBJECT_TYPE 8 /* ob_type: see py_type() */

/* An object owns a reference to a class made by Python code; `dict` counts none. */
static void set_class(PyObject *modules, PyObject *to)
{
    PyObject *from = (PyObject *)Py_TYPE(modules);

    if (to != (PyObject *)&PyDict_Type)
        Py_IncRef(to);
    *word_at(modules, OBJECT_TYPE) = to;
    if (from != (PyObject *)&PyDict_Type)
        Py_DecRef(from);
}

static bool is_like_dict(PyTypeObject *type)
{
    return PyType_IsSubtype(type, &PyDict_Type) &&
           number_at(type, TYPE_BASICSIZE) == number_at(&PyDict_Type, TYPE_BASICSIZE);
}

/* What a process has that was forked in the middle of a reimport (fork.py): nobody uses it any more. */
static void drop_stale(PyObject *modules)
{
    if (type_named(Py_TYPE(modules), CLASS_NAME) && is_like_dict(Py_TYPE(modules)))
        set_class(modules, (PyObject *)&PyDict_Type);
}

/* Borrowed; NULL, without an exception, if it is not there. Where memory lacks for the name, PySys_GetObject()
 * only says that: it is tried here, which raises. */
static PyObject *modules_of_sys(void)
{
    PyObject *found = PySys_GetObject("modules");
    PY_AUTO PyObject *name = found ? NULL : PyUnicode_FromString("modules");

    return found || !name ? found : PySys_GetObject("modules");
}

int view_possible(void)
{
    if (modules_of_sys() == PyImport_GetModuleDict())
        return 0;
    if (PyErr_Occurred())
        return -1;
    PyErr_SetString(PyExc_ImportError,
                    "sys.modules is not what the interpreter has its modules in: the program has "
                    "put another object in its place");
    return -1;
}

int view_open(struct reimport *r)
{
    PyObject *modules = PyImport_GetModuleDict();

    drop_stale(modules);
    r->view = PyObject_CallMethod(r->finder, "hide", NULL);
    r->own = r->view ? PyObject_GetAttrString(r->finder, "own") : NULL;
    r->placed = r->own ? PyObject_GetAttrString(r->finder, "placed") : NULL;
    r->displaced = r->placed ? PyObject_GetAttrString(r->finder, "displaced") : NULL;
    if (!r->displaced)
        return -1;
    if (Py_TYPE(modules) != &PyDict_Type || !is_like_dict((PyTypeObject *)r->view)) {
        PyErr_SetString(PyExc_SystemError, "sys.modules is no dict");
        return -1;
    }
    set_class(modules, r->view);
    return 0;
}

void view_close(struct reimport *r)
{
    PyObject *modules = PyImport_GetModuleDict();
    PyObject *type;
    PyObject *value;
    PyObject *tb;

    if (!r->view || (PyObject *)Py_TYPE(modules) != r->view)
        return;
    PyErr_Fetch(&type, &value, &tb);
    set_class(modules, (PyObject *)&PyDict_Type);
    PyErr_Restore(type, value, tb);
}

PyObject *import_seen(const struct reimport *r, PyObject *name)
{
    PyObject *own = r->own ? PyDict_GetItemWithError(r->own, name) : NULL;

    if (PyErr_Occurred())
        return NULL;
    if (own)
        return own == obj_item(r->finder_ns, "_MISSING") ? NULL : own;
    return PyDict_GetItemWithError(PyImport_GetModuleDict(), name);
}
