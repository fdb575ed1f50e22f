/* Of the modules that a record names, those that are not loaded any more as they were reimported: the program has
 * taken them out of sys.modules since, or another module has the name. An undo leaves what is theirs as it is, wherever
 * it is held, as a program that does that lets go of them. */
#include "layout.h"
#include "obj.h"
#include "patch.h"
#include "plan.h"

#define DEPTH_MAX 3 /* of wrappers in wrappers: a partial may hold itself */

/* ---- which they are ---- */

/* NULL: it is loaded as it was; otherwise why not. `namespace`: None for one that has no part in an undo. */
static const char *why_lost(PyObject *name, PyObject *namespace)
{
    PyObject *module = PyDict_GetItemWithError(PyImport_GetModuleDict(), name);

    if (namespace == Py_None)
        return NULL;
    if (!module)
        return "no longer loaded";
    if (PyObject_TypeCheck(module, &PyModule_Type) && PyModule_GetDict(module) == namespace)
        return NULL;
    return "another module has its name since";
}

static int sort_module(struct plan *p, PyObject *name, PyObject *namespace)
{
    const char *reason = why_lost(name, namespace);

    if (PyErr_Occurred())
        return -1;
    if (!reason)
        return PyList_Append(p->names, name) < 0 ? -1 : PyList_Append(p->loaded, namespace);
    if (PyList_Append(p->lost_names, name) < 0 || ptrmap_set(&p->lost, namespace, 1) < 0)
        return -1;
    return plan_leave_module(p, name, reason);
}

int lost_find(struct plan *p, PyObject *record)
{
    PyObject *names = obj_item(record, "modules");
    PyObject *namespaces = obj_item(record, "namespaces"); /* an older agent left none */

    p->names = PyList_New(0);
    p->loaded = PyList_New(0);
    p->lost_names = PyList_New(0);
    if (!p->names || !p->loaded || !p->lost_names)
        return -1;
    for (Py_ssize_t i = 0; names && i < PyList_Size(names); i++)
        if (sort_module(p, PyList_GetItem(names, i),
                        namespaces ? PyList_GetItem(namespaces, i) : Py_None) < 0)
            return -1;
    return 0;
}

bool lost_all(const struct plan *p)
{
    return PyList_Size(p->lost_names) > 0 && PyList_Size(p->names) == 0;
}

/* ---- what is theirs ---- */

static bool is_lost_name(const struct plan *p, PyObject *name)
{
    for (Py_ssize_t i = 0; i < PyList_Size(p->lost_names); i++)
        if (name && obj_same_text(PyList_GetItem(p->lost_names, i), name))
            return true;
    return false;
}

/* True for the name of one, and of what was loaded below it. */
static bool is_below_lost(const struct plan *p, PyObject *name)
{
    PY_AUTO PyObject *above = py_new(name);

    while (above && PyUnicode_Check(above)) {
        Py_ssize_t n = PyUnicode_GetLength(above), dot = PyUnicode_FindChar(above, '.', 0, n, -1);
        if (is_lost_name(p, above))
            return true;
        PyObject *next = dot > 0 ? PyUnicode_Substring(above, 0, dot) : NULL;
        Py_DecRef(above);
        above = next;
    }
    PyErr_Clear();
    return false;
}

static PyObject *class_module(PyObject *type)
{
    PyObject *dict = type_dict(type);
    return dict ? obj_item(dict, "__module__") : NULL;
}

struct look {
    const struct plan *p;
    int depth;
};

static int look_at(PyObject *o, void *arg)
{
    struct look *look = arg;
    const struct plan *p = look->p;

    if (ptrmap_has(&p->lost, o))
        return 1;
    if (is_function(o))
        return ptrmap_has(&p->lost, *word_at(o, layout.function.globals)) ||
               is_lost_name(p, *word_at(o, layout.function.module));
    if (PyObject_TypeCheck(o, &PyModule_Type))
        return ptrmap_has(&p->lost, PyModule_GetDict(o));
    if (is_class(o))
        return is_lost_name(p, class_module(o));
    if (is_class((PyObject *)Py_TYPE(o)) && is_lost_name(p, class_module((PyObject *)Py_TYPE(o))))
        return 1;
    if (!is_wrapper(o) || look->depth == 0)
        return 0;
    look->depth--;
    int found = each_wrapped(o, look_at, look);
    look->depth++;
    return found;
}

bool is_lost(const struct plan *p, PyObject *o)
{
    struct look look = {p, DEPTH_MAX};
    return o && p->lost.used && look_at(o, &look) == 1;
}

bool is_lost_entry(const struct plan *p, const struct entry *e)
{
    if (!p->lost.used)
        return false;
    return is_lost(p, e->owner) || is_lost(p, e->old) || is_lost(p, e->new) ||
           (e->owner == PyImport_GetModuleDict() && is_below_lost(p, e->key));
}

/* A function's variables and attributes are its module's as well. */
static int note_parts(PyObject *o, void *arg)
{
    struct plan *p = arg;

    if (!is_function(o) || !is_lost(p, o))
        return 0;
    PyObject *closure = *word_at(o, layout.function.closure);
    PyObject *dict = *word_at(o, layout.function.dict);
    for (Py_ssize_t i = 0; closure && i < PyTuple_Size(closure); i++)
        if (ptrmap_set(&p->lost, PyTuple_GetItem(closure, i), 1) < 0)
            return -1;
    return dict ? ptrmap_set(&p->lost, dict, 1) : 0;
}

int lost_note_parts(struct plan *p)
{
    return p->lost.used ? heap_each(&p->heap, note_parts, p) : 0;
}

/* ---- code and patches ---- */

static bool is_of_file(PyObject *namespace, PyObject *file)
{
    PyObject *own = namespace && PyDict_Check(namespace) ? obj_item(namespace, "__file__") : NULL;
    return own && obj_same_text(own, file);
}

/* One file may be loaded under several names: its code is that of all of them. */
static bool is_loaded_file(const struct plan *p, PyObject *file)
{
    for (Py_ssize_t i = 0; i < PyList_Size(p->loaded); i++)
        if (is_of_file(PyList_GetItem(p->loaded, i), file))
            return true;
    return false;
}

bool is_lost_code(const struct plan *p, PyObject *code)
{
    PY_AUTO PyObject *file = p->lost.used ? code_get(code, "co_filename") : NULL;
    bool lost = false;

    for (size_t i = 0; file && !lost && i <= p->lost.mask; i++)
        lost = is_of_file((PyObject *)(uintptr_t)p->lost.slots[i].key, file);
    lost = lost && !is_loaded_file(p, file);
    PyErr_Clear();
    return lost;
}

static bool is_lost_change(const struct plan *p, PyObject *frozen)
{
    struct change c;

    change_thaw(frozen, &c);
    return is_lost(p, c.key[0]) || is_lost(p, c.key[1]) || is_lost(p, c.value[0]) ||
           is_lost(p, c.value[1]);
}

PyObject *lost_sift(const struct plan *p, PyObject *changes)
{
    PY_AUTO PyObject *kept = p->lost.used ? PyList_New(0) : NULL;

    if (!p->lost.used)
        return py_new(changes);
    for (Py_ssize_t i = 0; kept && i < PyTuple_Size(changes); i++)
        if (!is_lost_change(p, PyTuple_GetItem(changes, i)) &&
            PyList_Append(kept, PyTuple_GetItem(changes, i)) < 0)
            return NULL;
    return kept ? PyList_AsTuple(kept) : NULL;
}
