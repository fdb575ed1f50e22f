/* Noting what stands where, nearest first: see stood.h. */
#include "stood.h"
#include "holders.h"
#include "layout.h"
#include "obj.h"
#include "plan.h"

#define REFERENCES_MAX 20000
#define LENGTH_MAX 10000

struct walk {
    struct stood *stood;
    const struct ptrmap *namespaces;
    struct ptrmap classes, seen;
    struct ptrmap kinds; /* type -> what kind_of_type() says */
    struct ptrlist todo;
    Py_ssize_t references;
};

/* ---- kinds of objects, asked once for each type ---- */

enum {
    IS_MODULE = 1,
    IS_CONTAINER = 2, /* what it holds is looked at */
    IS_SIMPLE = 4,    /* may stand there again; the rest of these words, perhaps */
    IS_BUILTIN = 8,
    IS_REFERENCE = 16,
    IS_MADE = 32,
    IS_FUNCTION = 64,
    IS_CLASS = 128,
};

static Py_ssize_t kind_of_type(const struct walk *w, PyTypeObject *type)
{
    if (PyType_IsSubtype(type, &PyModule_Type))
        return IS_MODULE;
    if (type == &PyFunction_Type)
        return IS_SIMPLE | IS_FUNCTION;
    if (PyType_HasFeature(type, Py_TPFLAGS_TYPE_SUBCLASS))
        return IS_SIMPLE | IS_CLASS;
    if (ptrmap_has(&w->classes, type))
        return IS_SIMPLE | IS_CONTAINER;
    if (type == &PyUnicode_Type || type == &PyLong_Type || type == &PyBool_Type ||
        type == &PyFloat_Type || type == Py_TYPE(Py_None))
        return IS_SIMPLE;
    if (type == &PyTuple_Type || is_wrapper_type(type))
        return IS_MADE | IS_CONTAINER;
    if (type == &PyCFunction_Type || type == &_PyWeakref_RefType)
        return type == &PyCFunction_Type ? IS_BUILTIN : IS_REFERENCE;
    return PyType_HasFeature(type, Py_TPFLAGS_DICT_SUBCLASS | Py_TPFLAGS_LIST_SUBCLASS) ||
                   type == &PyCell_Type || type == &PyDictProxy_Type ||
                   *word_at(type, TYPE_TRAVERSE) == (PyObject *)layout.instance_traverse
               ? IS_CONTAINER
               : 0;
}

/* 0 also without memory: such an object is passed over. */
static Py_ssize_t kind_of(struct walk *w, PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);
    Py_ssize_t kind = ptrmap_get(&w->kinds, type);

    if (kind >= 0)
        return kind;
    kind = kind_of_type(w, type);
    return ptrmap_set(&w->kinds, type, kind) < 0 ? (PyErr_Clear(), 0) : kind;
}

/* ---- what may have to stand there again ---- */

static int find_ours(PyObject *o, void *arg)
{
    struct walk *w = arg;

    return ptrmap_has(&w->classes, Py_TYPE(o)) || ptrmap_has(&w->classes, o) ||
           (is_function(o) && ptrmap_has(w->namespaces, *word_at(o, layout.function.globals)));
}

/* What a method of a built-in object is bound to is not simple; what a function of a module is, is. */
static int find_bound(PyObject *o, void *arg)
{
    return !(kind_of(arg, o) & (IS_MODULE | IS_SIMPLE));
}

/* Others may be closed when they are let go, and so must not be held on to. */
static bool may_stand_again(struct walk *w, PyObject *o)
{
    Py_ssize_t kind = kind_of(w, o);

    if (kind & IS_BUILTIN)
        return each_referent(o, find_bound, w) == 0;
    if (kind & IS_REFERENCE)
        return find_ours(*word_at(o, WEAKREF_OBJECT), w);
    return kind & IS_SIMPLE || (kind & IS_MADE && each_referent(o, find_ours, w) != 0);
}

/* ---- noting ---- */

static int note_place(struct walk *w, PyObject *key, PyObject *value)
{
    struct stood *s = w->stood;
    struct stood_place place = {.key = key,
                                .value = value,
                                .has_key = key && PyUnicode_CheckExact(key),
                                .has_value = may_stand_again(w, value)};

    if (key && !place.has_value)
        return 0;
    void *places = array_grown(s->places, s->count, &s->room, 256, sizeof(place));
    if (!places)
        return PyErr_NoMemory(), -1;
    s->places = places;
    if (place.has_key)
        Py_IncRef(key);
    if (place.has_value)
        Py_IncRef(value);
    s->places[s->count++] = place;
    return 0;
}

static int note_container(struct walk *w, PyObject *o, Py_ssize_t first)
{
    struct stood *s = w->stood;

    if (s->count == first)
        return 0;
    void *containers = array_grown(s->containers, s->container_count, &s->container_room, 256,
                                   sizeof(*s->containers));
    if (!containers)
        return PyErr_NoMemory(), -1;
    s->containers = containers;
    if (ptrmap_set(&s->of, o, s->container_count) < 0)
        return -1;
    s->containers[s->container_count++] =
        (struct stood_container){.first = first, .count = s->count - first};
    return 0;
}

/* ---- what is near ---- */

static int add(struct walk *w, PyObject *o)
{
    if (!o || ptrmap_has(&w->seen, o))
        return 0;
    if (ptrmap_set(&w->seen, o, 1) < 0)
        return -1;
    return ptrlist_add(&w->todo, o, NULL) < 0 ? (PyErr_NoMemory(), -1) : 0;
}

static int visit_class(struct walk *w, PyObject *type)
{
    if (!is_class(type))
        return 0;
    return add(w, type_dict(type)) < 0 ? -1 : add(w, *word_at(type, TYPE_BASES));
}

/* Of functions and classes, which are many, only what leads on. */
static int visit(PyObject *o, void *arg)
{
    struct walk *w = arg;
    Py_ssize_t kind = w->references++ < REFERENCES_MAX ? kind_of(w, o) : 0;

    if (kind & IS_FUNCTION)
        return add(w, *word_at(o, layout.function.globals)) < 0
                   ? -1
                   : add(w, *word_at(o, layout.function.closure));
    if (kind & IS_CLASS)
        return visit_class(w, o);
    return kind & IS_MODULE ? add(w, PyModule_GetDict(o)) : kind & IS_CONTAINER ? add(w, o) : 0;
}

static int enter_dict(struct walk *w, PyObject *dict)
{
    bool noted = !ptrmap_has(w->namespaces, dict);
    PyObject *key, *value;
    Py_ssize_t at = 0;

    if (PyDict_Size(dict) > LENGTH_MAX)
        return 0;
    while (PyDict_Next(dict, &at, &key, &value))
        if (visit(value, w) < 0 || (noted && note_place(w, key, value) < 0))
            return -1;
    return 0;
}

static int enter_list(struct walk *w, PyObject *list)
{
    Py_ssize_t count = PyList_Size(list);

    for (Py_ssize_t i = 0; count <= LENGTH_MAX && i < count; i++)
        if (visit(PyList_GetItem(list, i), w) < 0 ||
            note_place(w, NULL, PyList_GetItem(list, i)) < 0)
            return -1;
    return 0;
}

static int enter_cell(struct walk *w, PyObject *cell)
{
    PY_AUTO PyObject *inside = PyCell_Get(cell);
    return !inside ? 0 : visit(inside, w) < 0 ? -1 : note_place(w, NULL, inside);
}

static int enter(struct walk *w, PyObject *o)
{
    Py_ssize_t first = w->stood->count;
    bool is_dict = PyDict_Check(o), is_list = PyList_Check(o), is_cell = Py_TYPE(o) == &PyCell_Type;

    if (!is_dict && !is_list && !is_cell)
        return PyTuple_Check(o) && PyTuple_Size(o) > LENGTH_MAX ? 0 : each_referent(o, visit, w);
    if ((is_dict ? enter_dict(w, o) : is_list ? enter_list(w, o) : enter_cell(w, o)) < 0)
        return -1;
    return note_container(w, o, first);
}

/* All modules are in sys.modules, and every function leads to its builtins. */
static int prepare(struct walk *w, PyObject *classes)
{
    if (ptrmap_set(&w->seen, PyImport_GetModuleDict(), 1) < 0 ||
        ptrmap_set(&w->seen, PyEval_GetBuiltins(), 1) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < PyList_Size(classes); i++)
        if (ptrmap_set(&w->classes, PyList_GetItem(classes, i), 1) < 0)
            return -1;
    for (size_t i = 0; w->namespaces->mask && i <= w->namespaces->mask; i++) {
        PyObject *dict = (PyObject *)(uintptr_t)w->namespaces->slots[i].key;
        if (dict && visit(dict, w) < 0)
            return -1;
    }
    return 0;
}

int stood_note(struct stood *stood, const struct ptrmap *namespaces, PyObject *classes)
{
    struct walk w = {.stood = stood, .namespaces = namespaces};
    int rc = prepare(&w, classes);

    for (Py_ssize_t i = 0; rc == 0 && i < w.todo.count && w.references < REFERENCES_MAX; i++)
        rc = enter(&w, w.todo.items[i].a);
    ptrmap_free(&w.classes);
    ptrmap_free(&w.seen);
    ptrmap_free(&w.kinds);
    ptrlist_free(&w.todo);
    return rc;
}

void stood_free(struct stood *stood)
{
    struct stood old = *stood;

    *stood = (struct stood){0};
    for (Py_ssize_t i = 0; i < old.count; i++) {
        if (old.places[i].has_key)
            Py_DecRef(old.places[i].key);
        if (old.places[i].has_value)
            Py_DecRef(old.places[i].value);
    }
    for (Py_ssize_t i = 0; i < old.container_count; i++)
        ptrmap_free(&old.containers[i].keys);
    PyMem_RawFree(old.places);
    PyMem_RawFree(old.containers);
    ptrmap_free(&old.of);
    ptrmap_free(&old.ghosts);
}
