/* Matching old and new by name and place: see plan.h. */
#include "layout.h"
#include "obj.h"
#include "plan.h"
#include "scatter.h"
#include "shape.h"

PyObject *unit_old_dict(const struct unit *u)
{
    return PyModule_GetDict(u->old);
}

PyObject *unit_new_dict(const struct unit *u)
{
    return PyModule_Check(u->fresh) ? PyModule_GetDict(u->fresh) : NULL;
}

bool unit_moves(const struct unit *u)
{
    return u->callback != CALLBACK_FALSE;
}

static PyObject *globals_of(PyObject *function)
{
    return *word_at(function, layout.function.globals);
}

/* The `__module__` of a function or class as it is stored; borrowed or NULL. */
static PyObject *module_name(PyObject *o)
{
    if (is_function(o))
        return *word_at(o, layout.function.module);
    return is_class(o) ? obj_item(type_dict(o), "__module__") : NULL;
}

static bool names_unit(const struct plan *p, PyObject *name)
{
    if (p->names && name && PySequence_Contains(p->names, name) == 1)
        return true;
    for (Py_ssize_t i = 0; name && PyUnicode_Check(name) && i < p->r->count; i++)
        if (unit_moves(&p->r->units[i]) && PyUnicode_Compare(p->r->units[i].name, name) == 0)
            return true;
    return name && PyUnicode_Check(name) && p->r->gone && PyDict_Contains(p->r->gone, name) == 1;
}

/* True if a closure, to a few levels, holds a function whose globals are among `globals`: what a
 * decorator from elsewhere made of a function of ours. */
bool wraps_own(const struct ptrmap *globals, PyObject *function, int depth)
{
    PyObject *closure = *word_at(function, layout.function.closure);

    for (Py_ssize_t i = 0; depth && closure && i < PyTuple_Size(closure); i++) {
        PyObject *cell = PyTuple_GetItem(closure, i);
        PY_AUTO PyObject *inside = PyCell_Get(cell);
        if (inside && is_function(inside) &&
            (ptrmap_has(globals, globals_of(inside)) || wraps_own(globals, inside, depth - 1)))
            return true;
    }
    return false;
}

static int note_own_function(PyObject *o, void *arg)
{
    void **found = arg; /* the globals, then the answer */

    if (is_function(o) && (ptrmap_has(found[0], globals_of(o)) || wraps_own(found[0], o, 3)))
        found[1] = o;
    return 0;
}

/* True if `o` was defined by the top level that ran in one of `globals`. */
static bool born_in(const struct plan *p, const struct ptrmap *globals, PyObject *o)
{
    if (is_function(o)) /* functools.wraps gives a decorator's function the name of our module */
        return ptrmap_has(globals, globals_of(o)) || names_unit(p, module_name(o)) ||
               wraps_own(globals, o, 3);
    if (is_wrapper(o)) {
        void *found[2] = {(void *)(uintptr_t)globals, NULL};
        each_referent(o, note_own_function, found);
        return found[1] != NULL;
    }
    return is_class(o) && names_unit(p, module_name(o));
}

/* True if the class has a method that the top level that ran in one of `globals` defined. */
static bool has_method_of(const struct plan *p, const struct ptrmap *globals, PyObject *type)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(type_dict(type), &at, &key, &value))
        if ((is_function(value) || is_wrapper(value)) && born_in(p, globals, value))
            return true;
    return false;
}

/* Two classes of one name that says nothing of our module (__module__ written by hand, types.new_class,
 * dataclasses.make_dataclass before 3.12), but with methods that are ours. */
static bool are_renamed(const struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *was = module_name(old), *is = module_name(new);
    PY_AUTO PyObject *old_name = display_name(old);
    PY_AUTO PyObject *new_name = display_name(new);
    bool same = was && is && PyUnicode_Check(was) && PyUnicode_Check(is) &&
                PyUnicode_Compare(was, is) == 0 && old_name && new_name &&
                PyUnicode_Compare(old_name, new_name) == 0;

    PyErr_Clear();
    return same && has_method_of(p, &p->old_globals, old) && has_method_of(p, &p->new_globals, new);
}

bool is_own(const struct plan *p, PyObject *o)
{
    return born_in(p, &p->old_globals, o) || born_in(p, &p->new_globals, o);
}

PyObject *survivor(const struct plan *p, PyObject *o)
{
    Py_ssize_t i = ptrmap_get(&p->by_new, o);

    if (i >= 0)
        return p->fates[i] == FATE_SWITCH ? o : p->pairs.items[i].a;
    i = ptrmap_get(&p->by_old, o);
    if (i < 0 || p->fates[i] != FATE_SWITCH)
        return o;
    PyObject *new = p->pairs.items[i].b;
    Py_ssize_t first = ptrmap_get(&p->by_new, new); /* another old one, if two have become one */
    return first >= 0 && p->fates[first] != FATE_SWITCH ? p->pairs.items[first].a : new;
}

bool is_removed(const struct plan *p, PyObject *o)
{
    return ptrmap_has(&p->removed, o);
}

int pair_as(struct plan *p, PyObject *old, PyObject *new, enum fate fate)
{
    Py_ssize_t i = p->pairs.count;

    if (old == new || ptrmap_has(&p->by_old, old) ||
        (fate != FATE_SWITCH && ptrmap_has(&p->by_new, new)))
        return 0;
    void *fates = array_grown(p->fates, i, &p->fates_room, 256, sizeof(*p->fates));
    if (!fates)
        return PyErr_NoMemory(), -1;
    p->fates = fates;
    if (ptrlist_add(&p->pairs, old, new) < 0)
        return PyErr_NoMemory(), -1;
    p->fates[i] = fate;
    if (ptrmap_set(&p->by_old, old, i) < 0)
        return -1;
    return ptrmap_has(&p->by_new, new) ? 0 : ptrmap_set(&p->by_new, new, i);
}

static bool classes_move(const struct plan *p, PyObject *old, PyObject *new)
{
    return shape_same_metaclass(Py_TYPE(old),
                                (PyTypeObject *)surviving_class(p, (PyObject *)Py_TYPE(new))) &&
           shape_serves((PyTypeObject *)old, (PyTypeObject *)new);
}

static int pair_classes(struct plan *p, PyObject *old, PyObject *new)
{
    return pair_as(p, old, new, classes_move(p, old, new) ? FATE_MOVE : FATE_SWITCH);
}

/* The function inside a property, classmethod or staticmethod, or NULL; borrowed. */
static int take_function(PyObject *o, void *arg)
{
    PyObject **found = arg;

    if (!*found && is_function(o))
        *found = o;
    return 0;
}

static PyObject *unwrap(PyObject *o)
{
    PyObject *found = NULL;

    if (Py_TYPE(o) == &PyProperty_Type || Py_TYPE(o) == &PyClassMethod_Type ||
        Py_TYPE(o) == &PyStaticMethod_Type)
        each_referent(o, take_function, &found);
    return found;
}

static bool is_descriptor_wrapper(PyObject *o)
{
    return Py_TYPE(o) == &PyProperty_Type || Py_TYPE(o) == &PyClassMethod_Type ||
           Py_TYPE(o) == &PyStaticMethod_Type;
}

static bool replaceable(PyObject *o)
{
    return is_function(o) || is_class(o) || (is_wrapper(o) && !is_descriptor_wrapper(o));
}

int pair(struct plan *p, PyObject *old, PyObject *new)
{
    if (!old || !new || old == new || ptrmap_has(&p->by_old, old) || ptrmap_has(&p->by_new, new) ||
        ptrmap_has(&p->kept, old) || ptrmap_has(&p->kept, new))
        return 0;
    /* f became property(f), or the other way: bound methods of the old f go on with what is inside */
    if (Py_TYPE(old) != Py_TYPE(new) &&
        (is_descriptor_wrapper(old) || is_descriptor_wrapper(new))) {
        PyObject *old_inside = is_function(old) ? old : unwrap(old);
        PyObject *new_inside = is_function(new) ? new : unwrap(new);
        return pair(p, old_inside, new_inside);
    }
    if (ptrmap_has(&p->by_new, old))
        return 0;
    if (is_class(old) && is_class(new) && are_renamed(p, old, new))
        return pair_classes(p, old, new);
    if (!(replaceable(old) || is_wrapper(old)) || !born_in(p, &p->old_globals, old))
        return 0;
    bool born = born_in(p, &p->new_globals, new);
    if (is_function(old) && is_function(new) && born)
        return pair_as(p, old, new, FATE_MOVE);
    if (is_class(old) && is_class(new) && born)
        return pair_classes(p, old, new);
    if (is_wrapper(old) && Py_TYPE(old) == Py_TYPE(new) && born)
        return pair_as(p, old, new, same_kind_of_cache(old, new) ? FATE_MOVE : FATE_SWITCH);
    if (replaceable(old) && replaceable(new))
        return pair_as(p, old, new, FATE_SWITCH);
    return 0;
}

/* ---- the parts of a pair ---- */

static int pair_dicts(struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    if (!old || !new)
        return 0;
    while (PyDict_Next(new, &at, &key, &value))
        if (PyUnicode_CheckExact(key) && pair(p, PyDict_GetItemWithError(old, key), value) < 0)
            return -1;
    return PyErr_Occurred() ? -1 : 0;
}

static int pair_tuples(struct plan *p, PyObject *old, PyObject *new)
{
    if (!old || !new || PyTuple_Size(old) != PyTuple_Size(new))
        return 0;
    for (Py_ssize_t i = 0; i < PyTuple_Size(old); i++)
        if (pair(p, PyTuple_GetItem(old, i), PyTuple_GetItem(new, i)) < 0)
            return -1;
    return 0;
}

static PyObject *field(PyObject *function, Py_ssize_t offset)
{
    return offset < 0 ? NULL : *word_at(function, offset);
}

/* Cells by the names of the free variables. */
static int pair_cells(struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *old_cells = field(old, layout.function.closure);
    PyObject *new_cells = field(new, layout.function.closure);
    PY_AUTO PyObject *old_names = code_get(field(old, layout.function.code), "co_freevars");
    PY_AUTO PyObject *new_names = code_get(field(new, layout.function.code), "co_freevars");

    if (!old_names || !new_names)
        return -1;
    for (Py_ssize_t i = 0; old_cells && new_cells && i < PyTuple_Size(new_names); i++)
        for (Py_ssize_t k = 0; k < PyTuple_Size(old_names); k++) {
            if (PyUnicode_Compare(PyTuple_GetItem(new_names, i), PyTuple_GetItem(old_names, k)))
                continue;
            PY_AUTO PyObject *was = PyCell_Get(PyTuple_GetItem(old_cells, k));
            PY_AUTO PyObject *is = PyCell_Get(PyTuple_GetItem(new_cells, i));
            if (pair(p, was, is) < 0)
                return -1;
        }
    return 0;
}

static int pair_function_parts(struct plan *p, PyObject *old, PyObject *new)
{
    if (codes_pair(&p->codes, field(old, layout.function.code), field(new, layout.function.code)) <
        0)
        return -1;
    if (pair_cells(p, old, new) < 0 ||
        pair_tuples(p, field(old, layout.function.defaults), field(new, layout.function.defaults)) <
            0 ||
        pair_dicts(p, field(old, layout.function.kwdefaults),
                   field(new, layout.function.kwdefaults)) < 0)
        return -1;
    return pair_dicts(p, field(old, layout.function.dict), field(new, layout.function.dict));
}

static int take_referent(PyObject *o, void *arg)
{
    return (is_function(o) || is_class(o) || is_wrapper(o)) ? ptrlist_add(arg, o, NULL) : 0;
}

static int pair_wrapper_parts(struct plan *p, PyObject *old, PyObject *new)
{
    struct ptrlist in_old = {0}, in_new = {0};
    int rc =
        each_referent(old, take_referent, &in_old) || each_referent(new, take_referent, &in_new);

    if (rc)
        PyErr_NoMemory();
    for (Py_ssize_t i = 0; rc == 0 && i < in_old.count && i < in_new.count; i++)
        rc = pair(p, in_old.items[i].a, in_new.items[i].a);
    ptrlist_free(&in_old);
    ptrlist_free(&in_new);
    PyObject **old_dict = rc ? NULL : _PyObject_GetDictPtr(old);
    PyObject **new_dict = rc ? NULL : _PyObject_GetDictPtr(new);
    if (old_dict && new_dict)
        rc = pair_dicts(p, *old_dict, *new_dict);
    return rc ? -1 : 0;
}

int pair_parts(struct plan *p)
{
    for (int rc = 0; p->done < p->pairs.count; p->done++) {
        PyObject *old = p->pairs.items[p->done].a, *new = p->pairs.items[p->done].b;
        if (p->fates[p->done] == FATE_KEEP)
            continue;
        if (is_function(old) && is_function(new))
            rc = pair_function_parts(p, old, new);
        else if (is_class(old) && is_class(new))
            rc = pair_dicts(p, type_dict(old), type_dict(new)) < 0 ? -1 : pair_members(p, old, new);
        else if (is_wrapper(old) && is_wrapper(new))
            rc = pair_wrapper_parts(p, old, new);
        if (rc < 0)
            return -1;
    }
    return 0;
}

/* ---- what has no name of its own: lambdas and closures in module-level containers ---- */

static bool same_qualname(PyObject *a, PyObject *b)
{
    if (!is_function(a) || !is_function(b))
        return false;
    PyObject *na = field(a, layout.function.qualname), *nb = field(b, layout.function.qualname);
    return PyUnicode_Compare(na, nb) == 0;
}

static int pair_contained(struct plan *p, PyObject *old, PyObject *new, int depth);

static int pair_values(struct plan *p, PyObject *old, PyObject *new, int depth)
{
    if (!old || old == new)
        return 0;
    if (same_qualname(old, new))
        return pair(p, old, new);
    return depth && Py_TYPE(old) == Py_TYPE(new) ? pair_contained(p, old, new, depth - 1) : 0;
}

static int pair_contained(struct plan *p, PyObject *old, PyObject *new, int depth)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    int rc = 0;

    if (Py_TYPE(new) == &PyDict_Type) {
        while (rc == 0 && PyDict_Next(new, &at, &key, &value))
            if (PyUnicode_CheckExact(key) || Py_TYPE(key) == &PyLong_Type)
                rc = pair_values(p, PyDict_GetItemWithError(old, key), value, depth);
    } else if (Py_TYPE(new) == &PyList_Type) {
        for (Py_ssize_t i = 0; rc == 0 && i < PyList_Size(new) && i < PyList_Size(old); i++)
            rc = pair_values(p, PyList_GetItem(old, i), PyList_GetItem(new, i), depth);
    } else if (Py_TYPE(new) == &PyTuple_Type) {
        for (Py_ssize_t i = 0; rc == 0 && i < PyTuple_Size(new) && i < PyTuple_Size(old); i++)
            rc = pair_values(p, PyTuple_GetItem(old, i), PyTuple_GetItem(new, i), depth);
    } else if (is_class(new)) {
        return pair_contained(p, type_dict(old), type_dict(new), depth);
    }
    return rc;
}

/* Puts `f` where its line comes, which is its `b` there. */
static int add_by_line(struct ptrlist *found, PyObject *f)
{
    PY_AUTO PyObject *line = code_get(field(f, layout.function.code), "co_firstlineno");
    uintptr_t here = line ? (uintptr_t)PyLong_AsLong(line) : 0;

    if (PyErr_Occurred())
        return -1;
    if (ptrlist_add(found, f, (PyObject *)here) < 0)
        return PyErr_NoMemory(), -1;
    for (Py_ssize_t k = found->count - 1; k > 0 && (uintptr_t)found->items[k - 1].b > here; k--) {
        struct ptrpair swap = found->items[k];
        found->items[k] = found->items[k - 1];
        found->items[k - 1] = swap;
    }
    return 0;
}

/* The functions of `list` with this qualified name that have no partner, in the order of their lines. */
static int without_partner(const struct plan *p, const struct ptrlist *list,
                           const struct ptrmap *paired, PyObject *like, PyObject *globals,
                           struct ptrlist *found)
{
    for (Py_ssize_t i = 0; i < list->count; i++) {
        PyObject *f = list->items[i].a;
        if (list->items[i].b == globals && !ptrmap_has(paired, f) && !ptrmap_has(&p->kept, f) &&
            same_qualname(f, like) && add_by_line(found, f) < 0)
            return -1;
    }
    return 0;
}

/* Those of the same qualified name as `like`, the new one; they are in `tried` then. */
static int pair_series(struct plan *p, PyObject *like, PyObject *globals, struct ptrmap *tried)
{
    const struct unit *u = &p->r->units[ptrmap_get(&p->new_globals, globals)];
    struct ptrlist olds = {0}, news = {0};
    int rc = without_partner(p, &p->old_functions, &p->by_old, like, unit_old_dict(u), &olds);

    if (rc == 0)
        rc = without_partner(p, &p->new_functions, &p->by_new, like, globals, &news);
    for (Py_ssize_t k = 0; rc == 0 && k < news.count; k++)
        rc = ptrmap_set(tried, news.items[k].a, 1);
    for (Py_ssize_t k = 0; rc == 0 && olds.count == news.count && k < news.count; k++)
        rc = pair(p, olds.items[k].a, news.items[k].a);
    ptrlist_free(&olds);
    ptrlist_free(&news);
    return rc;
}

/* Old and new functions of one qualified name that no name or place could tell apart: series of
 * definitions under one name, functions in registries. In the order of their lines if they are as
 * many. */
static int pair_leftovers(struct plan *p)
{
    struct ptrmap tried = {0};
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < p->new_functions.count; i++) {
        PyObject *like = p->new_functions.items[i].a;
        if (!ptrmap_has(&p->by_new, like) && !ptrmap_has(&tried, like))
            rc = pair_series(p, like, p->new_functions.items[i].b, &tried);
    }
    ptrmap_free(&tried);
    return rc < 0 ? -1 : pair_parts(p);
}

/* ---- two that have become one ---- */

static int merge(struct plan *p, PyObject *old, PyObject *new)
{
    if (!old || old == new || ptrmap_has(&p->by_old, old) || !ptrmap_has(&p->by_new, new) ||
        ptrmap_has(&p->kept, old) || !replaceable(old) || !replaceable(new) ||
        !born_in(p, &p->old_globals, old))
        return 0;
    return pair_as(p, old, new, FATE_SWITCH);
}

static int merge_dicts(struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(new, &at, &key, &value))
        if (PyUnicode_CheckExact(key) && merge(p, PyDict_GetItemWithError(old, key), value) < 0)
            return -1;
    return PyErr_Occurred() ? -1 : 0;
}

/* Names whose new function or class stands under another name too, and has its partner from there: who
 * holds the old one gets what the other became. */
static int pair_merged(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->r->count; i++) {
        const struct unit *u = &p->r->units[i];
        if (unit_moves(u) && merge_dicts(p, unit_old_dict(u), unit_new_dict(u)) < 0)
            return -1;
    }
    for (Py_ssize_t i = 0; i < p->pairs.count; i++) {
        PyObject *old = p->pairs.items[i].a, *new = p->pairs.items[i].b;
        if (p->fates[i] != FATE_KEEP && is_class(old) && is_class(new) &&
            merge_dicts(p, type_dict(old), type_dict(new)) < 0)
            return -1;
    }
    return pair_parts(p);
}

/* ---- what is gone ---- */

static int note_removed(struct plan *p, PyObject *dict, PyObject *successor)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(dict, &at, &key, &value)) {
        if (!(is_function(value) || is_class(value)) || ptrmap_has(&p->by_old, value) ||
            ptrmap_has(&p->by_new, value) || ptrmap_has(&p->kept, value) ||
            !born_in(p, &p->old_globals, value))
            continue;
        if (successor && PyDict_GetItemWithError(successor, key) == value)
            continue; /* still named */
        if (ptrmap_set(&p->removed, value, 1) < 0)
            return -1;
    }
    return 0;
}

static int find_removed(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->r->count; i++) {
        const struct unit *u = &p->r->units[i];
        if (unit_moves(u) && note_removed(p, unit_old_dict(u), unit_new_dict(u)) < 0)
            return -1;
    }
    PyObject *name, *module;
    Py_ssize_t at = 0;
    while (p->r->gone && PyDict_Next(p->r->gone, &at, &name, &module))
        if (PyObject_TypeCheck(module, &PyModule_Type) &&
            note_removed(p, PyModule_GetDict(module), NULL) < 0)
            return -1;
    for (Py_ssize_t i = 0; i < p->pairs.count; i++)
        if (p->fates[i] != FATE_KEEP && is_class(p->pairs.items[i].a) &&
            is_class(p->pairs.items[i].b) &&
            note_removed(p, type_dict(p->pairs.items[i].a), type_dict(p->pairs.items[i].b)) < 0)
            return -1;
    return 0;
}

/* A function or class whose name now stands for something else, an instance with __call__ say: who
 * holds it gets that. Only for names of the module: elsewhere a changed value is data. */
static int pair_with_data(struct plan *p, PyObject *old, PyObject *new)
{
    if (!old || old == new || ptrmap_has(&p->by_old, old) || ptrmap_has(&p->kept, old) ||
        replaceable(new) || is_wrapper(new) || !replaceable(old) ||
        !born_in(p, &p->old_globals, old))
        return 0;
    return pair_as(p, old, new, FATE_SWITCH);
}

/* Classes first, metaclasses before their classes: whether a class can move depends on the fate of its
 * metaclass. */
static int pair_names(struct plan *p, const struct unit *u, bool metaclasses)
{
    PyObject *key, *value, *old = unit_old_dict(u);
    Py_ssize_t at = 0;

    while (PyDict_Next(unit_new_dict(u), &at, &key, &value)) {
        bool meta = is_class(value) && PyType_IsSubtype((PyTypeObject *)value, &PyType_Type);
        if (PyUnicode_CheckExact(key) && meta == metaclasses &&
            pair(p, PyDict_GetItemWithError(old, key), value) < 0)
            return -1;
    }
    return pair_parts(p);
}

static int pair_all_with_data(struct plan *p)
{
    PyObject *key, *value;

    for (Py_ssize_t i = 0; i < p->r->count; i++) {
        const struct unit *u = &p->r->units[i];
        Py_ssize_t at = 0;
        while (unit_moves(u) && PyDict_Next(unit_new_dict(u), &at, &key, &value))
            if (PyUnicode_CheckExact(key) &&
                pair_with_data(p, PyDict_GetItemWithError(unit_old_dict(u), key), value) < 0)
                return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

int pair_all(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->r->count; i++)
        if (unit_moves(&p->r->units[i]) && keep_names(p, &p->r->units[i]) < 0)
            return -1;
    for (int pass = 0; pass < 3; pass++)
        for (Py_ssize_t i = 0; i < p->r->count; i++) {
            const struct unit *u = &p->r->units[i];
            if (!unit_moves(u))
                continue;
            if (pass < 2 ? pair_names(p, u, pass == 0) < 0
                         : pair_contained(p, unit_old_dict(u), unit_new_dict(u), 4) < 0)
                return -1;
        }
    if (pair_parts(p) < 0 || pair_leftovers(p) < 0 || pair_merged(p) < 0 ||
        pair_all_with_data(p) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < p->r->count; i++)
        if (unit_moves(&p->r->units[i]) && pair_equal(p, &p->r->units[i]) < 0)
            return -1;
    return find_removed(p);
}
