/* Step 1: which modules a reimport is about. */
#include "core.h"
#include "near.h"
#include "obj.h"
#include "source.h"

/* What resolve() works on. */
struct search {
    PyObject *modules; /* a copy of sys.modules: nothing moves while we look */
    PyObject *wanted;  /* dict, name: True if it was named, False if its package was */
};

/* Sets ValueError: nothing is loaded under `name`. */
static void refuse_unknown(PyObject *name, PyObject *modules)
{
    PY_AUTO PyObject *near = near_names(name, modules);
    PY_AUTO PyObject *comma = near ? PyUnicode_FromString("', '") : NULL;
    PY_AUTO PyObject *list = comma ? PyUnicode_Join(comma, near) : NULL;

    if (!list)
        return;
    if (PyList_Size(near) == 0)
        PyErr_Format(PyExc_ValueError, "module '%U' is not loaded", name);
    else
        PyErr_Format(PyExc_ValueError, "module '%U' is not loaded; did you mean '%U'?", name, list);
}

/* Borrowed reference to the name under which `module` is in `modules`, or NULL with an exception.
 */
static PyObject *name_of(PyObject *module, PyObject *modules)
{
    PyObject *key;
    PyObject *value;
    PyObject *name = obj_global(module, "__name__");
    Py_ssize_t at = 0;

    if (name && PyUnicode_Check(name) && PyDict_GetItemWithError(modules, name) == module)
        return name;
    PyErr_Clear();
    while (module != Py_None && PyDict_Next(modules, &at, &key, &value))
        if (value == module && PyUnicode_Check(key))
            return key;
    PyErr_Format(PyExc_ValueError, "%R is not a loaded module", module);
    return NULL;
}

/* A module may be loaded under several names: borrowed reference to the one under which it is
 * imported, which is `name` where that cannot be told. */
static PyObject *canonical(PyObject *name, PyObject *module, PyObject *modules, PyObject **owner)
{
    PyObject *spec = obj_global(module, "__spec__");

    *owner = NULL;
    if (!spec || spec == Py_None || obj_is(name, "__main__"))
        return name;
    if (obj_attr(spec, "name", owner) < 0)
        PyErr_Clear();
    if (*owner && PyUnicode_Check(*owner) && PyDict_GetItemWithError(modules, *owner) == module)
        return *owner;
    PyErr_Clear();
    return name;
}

/* The package that stands for `name`: the topmost parent with a true __package_reimport__, or
 * `name` itself, as for one that begins with a dot: what is before that is no package. A new
 * reference. */
static PyObject *root_of(PyObject *name, PyObject *modules)
{
    PY_AUTO PyObject *root = py_new(name);
    PY_AUTO PyObject *above = py_new(name);
    Py_ssize_t dot;

    while ((dot = PyUnicode_FindChar(above, '.', 0, PyUnicode_GetLength(above), -1)) > 0) {
        PyObject *shorter = PyUnicode_Substring(above, 0, dot);
        PyObject *package = shorter ? PyDict_GetItemWithError(modules, shorter) : NULL;
        PyObject *flag = package ? obj_global(package, "__package_reimport__") : NULL;
        int yes = flag ? PyObject_IsTrue(flag) : 0;

        py_clear(&above);
        above = shorter;
        if (yes < 0 || PyErr_Occurred())
            return NULL;
        if (yes) {
            Py_DecRef(root);
            root = py_new(above);
        }
    }
    return dot < -1 ? NULL : py_steal(&root);
}

/* Adds the loaded submodules of `package` that can be reimported. */
static int want_submodules(struct search *s, PyObject *package)
{
    PY_AUTO PyObject *prefix = PyUnicode_FromFormat("%U.", package);
    PyObject *key;
    PyObject *value;
    Py_ssize_t at = 0;

    if (!prefix)
        return -1;
    while (PyDict_Next(s->modules, &at, &key, &value)) {
        PY_AUTO PyObject *owner = NULL;

        if (!PyUnicode_Check(key) || PyUnicode_Tailmatch(key, prefix, 0, PY_SSIZE_T_MAX, -1) != 1 ||
            PyDict_GetItemWithError(s->wanted, key) || source_of(value) != SOURCE_PYTHON)
            continue;
        if (canonical(key, value, s->modules, &owner) != key && PyUnicode_Compare(owner, key) != 0)
            continue; /* another name of a module that has its own place */
        if (PyDict_SetItem(s->wanted, key, Py_False) < 0)
            return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

static bool is_loaded(const struct search *s, PyObject *name)
{
    PyObject *module = PyDict_GetItemWithError(s->modules, name);

    return module && module != Py_None && source_of(module) != SOURCE_LAZY;
}

/* Notes in the report that nothing is loaded under `name`. */
static int pass_over(PyObject *report, PyObject *name)
{
    PyObject *list = obj_item(report, "not_loaded");

    if (!list && obj_put(report, "not_loaded", PyList_New(0)) < 0)
        return -1;
    return PyList_Append(obj_item(report, "not_loaded"), name);
}

static int want(struct search *s, PyObject *name)
{
    PY_AUTO PyObject *owner = NULL;
    PY_AUTO PyObject *root = NULL;
    PyObject *module = PyDict_GetItemWithError(s->modules, name);
    enum source source;

    if (PyErr_Occurred())
        return -1;
    if (!module || module == Py_None) {
        refuse_unknown(name, s->modules);
        return -1;
    }
    source = source_of(module);
    if (source != SOURCE_PYTHON) {
        source_refuse(name, module, source);
        return -1;
    }
    name = canonical(name, module, s->modules, &owner);
    root = root_of(name, s->modules);
    if (!root || PyDict_SetItem(s->wanted, name, Py_True) < 0 ||
        PyDict_SetItem(s->wanted, root, Py_True) < 0)
        return -1;
    return want_submodules(s, root);
}

static int want_all(struct search *s, PyObject *names, const struct reimport *r)
{
    Py_ssize_t n = PySequence_Size(names);

    for (Py_ssize_t i = 0; i < n; i++) {
        PY_AUTO PyObject *item = PySequence_GetItem(names, i);
        PyObject *name = item;

        if (item && !PyUnicode_Check(item))
            name = name_of(item, s->modules);
        if (!name)
            return -1;
        if (r->if_loaded && !is_loaded(s, name)) {
            if (PyErr_Occurred() || pass_over(r->report, name) < 0)
                return -1;
        } else if (want(s, name) < 0) {
            return -1;
        }
    }
    return n < 0 ? -1 : 0;
}

/* How deep a name is: its number of dots; __main__ comes after all others, which it imports. */
static Py_ssize_t depth_of(PyObject *name)
{
    PY_AUTO PyObject *dot = PyUnicode_FromString(".");

    if (obj_is(name, "__main__"))
        return PY_SSIZE_T_MAX;
    return dot ? PyUnicode_Count(name, dot, 0, PY_SSIZE_T_MAX) : -1;
}

/* Appends the wanted modules of one depth, in the order of sys.modules (which is the order in which
 * their first import ended). *next: the least depth above it. */
static int add_units(struct reimport *r, struct search *s, Py_ssize_t depth, Py_ssize_t *next)
{
    PyObject *key;
    PyObject *value;
    Py_ssize_t at = 0;

    *next = -1;
    while (PyDict_Next(s->modules, &at, &key, &value)) {
        PyObject *named = PyDict_GetItemWithError(s->wanted, key);
        Py_ssize_t own = named ? depth_of(key) : -1;

        if (!named)
            continue;
        if (own < 0)
            return -1;
        if (own > depth && (*next < 0 || own < *next))
            *next = own;
        if (own == depth)
            r->units[r->count++] = (struct unit){
                .name = py_new(key), .old = py_new(value), .implied = named == Py_False};
    }
    return PyErr_Occurred() ? -1 : 0;
}

static int make_units(struct reimport *r, struct search *s)
{
    Py_ssize_t depth = 0;
    Py_ssize_t next;

    r->units = PyMem_Malloc(sizeof(*r->units) * (size_t)(PyDict_Size(s->wanted) + 1));
    if (!r->units) {
        PyErr_NoMemory();
        return -1;
    }
    r->count = 0;
    for (; depth >= 0; depth = next)
        if (add_units(r, s, depth, &next) < 0)
            return -1;
    return 0;
}

int resolve(struct reimport *r, PyObject *names)
{
    PY_AUTO PyObject *modules = PyDict_Copy(PyImport_GetModuleDict());
    PY_AUTO PyObject *wanted = PyDict_New();
    struct search s = {.modules = modules, .wanted = wanted};

    if (!modules || !wanted || want_all(&s, names, r) < 0)
        return -1;
    return make_units(r, &s);
}
