/* __reimport_keep__: names of a module whose old values stay, a tuple of str in the new source.
 *
 * What the old name held stays as it is, functions and classes among it: nothing moves into them,
 * and they go on with the module's namespace, which is the old one. Where the new top level handed
 * its own object of that name on (a default, a registry), the old one takes its place. A name that
 * the old module has not is the new source's to define; one that the new source does not define
 * stays too. */
#include "plan.h"
#include "obj.h"

/* The names, borrowed; NULL without an exception if there are none. */
static PyObject *kept_names(const struct unit *u)
{
    PyObject *names = obj_item(unit_new_dict(u), "__reimport_keep__");
    bool good = names && (Py_TYPE(names) == &PyTuple_Type || Py_TYPE(names) == &PyList_Type);

    for (Py_ssize_t i = 0; good && i < PySequence_Size(names); i++) {
        PY_AUTO PyObject *name = PySequence_GetItem(names, i);
        good = name && PyUnicode_CheckExact(name);
    }
    if (names && !good && !PyErr_Occurred())
        PyErr_Format(PyExc_TypeError, "%U.__reimport_keep__ must be a tuple of names", u->name);
    return good ? names : NULL;
}

/* True for what has an identity that others may rely on: not numbers, strings, modules and the
 * like, which the two namespaces may share with anybody. */
static bool has_identity(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);

    return type == &PyBaseObject_Type ||
           (PyType_HasFeature(type, Py_TPFLAGS_HAVE_GC) && type != &PyTuple_Type &&
            type != &PyFrozenSet_Type && !PyObject_TypeCheck(o, &PyModule_Type));
}

static int keep_parts(struct plan *p, PyObject *o);

static int keep_part(PyObject *o, void *arg)
{
    bool part = Py_TYPE(o) == &PyFunction_Type || is_wrapper(o);
    return part ? keep_parts(arg, o) : 0;
}

/* A class's own functions, and those that its properties and the like wrap, are matched with
 * nothing. */
static int keep_parts(struct plan *p, PyObject *o)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    if (ptrmap_has(&p->kept, o))
        return 0;
    if (ptrmap_set(&p->kept, o, 1) < 0)
        return -1;
    if (is_wrapper(o))
        return each_referent(o, keep_part, p) != 0 ? -1 : 0;
    if (!PyType_Check(o))
        return 0;
    while (PyDict_Next(type_dict(o), &at, &key, &value))
        if (keep_part(value, p) < 0)
            return -1;
    return 0;
}

/* What others have too is not the new top level's to replace. */
bool is_shared(const struct plan *p, PyObject *o)
{
    PyObject *name, *module, *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(p->r->modules_before, &at, &name, &module)) {
        PyObject *dict =
            PyObject_TypeCheck(module, &PyModule_Type) ? PyModule_GetDict(module) : NULL;
        for (Py_ssize_t k = 0;
             dict && !ptrmap_has(&p->old_globals, dict) && PyDict_Next(dict, &k, &key, &value);)
            if (value == o)
                return true;
    }
    return false;
}

static int keep_name(struct plan *p, const struct unit *u, PyObject *name)
{
    PyObject *old = PyDict_GetItemWithError(unit_old_dict(u), name);
    PyObject *new = old ? PyDict_GetItemWithError(unit_new_dict(u), name) : NULL;

    if (!old || PyErr_Occurred())
        return PyErr_Occurred() ? -1 : 0;
    if (keep_parts(p, old) < 0 || (new &&keep_parts(p, new) < 0))
        return -1;
    bool follows = new &&has_identity(old) && has_identity(new) && !is_shared(p, new);
    return follows ? pair_as(p, old, new, FATE_KEEP) : 0;
}

int keep_names(struct plan *p, const struct unit *u)
{
    PyObject *names = kept_names(u);

    for (Py_ssize_t i = 0; names && i < PySequence_Size(names); i++) {
        PY_AUTO PyObject *name = PySequence_GetItem(names, i);
        if (!name || keep_name(p, u, name) < 0)
            return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

int put_kept(const struct unit *u, PyObject *namespace)
{
    PyObject *names = kept_names(u);

    for (Py_ssize_t i = 0; names && i < PySequence_Size(names); i++) {
        PY_AUTO PyObject *name = PySequence_GetItem(names, i);
        PyObject *old = name ? PyDict_GetItemWithError(unit_old_dict(u), name) : NULL;
        if (PyErr_Occurred() || (old && PyDict_SetItem(namespace, name, old) < 0))
            return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}
