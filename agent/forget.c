/* Undoing what a failed import did to containers of the process: see forget.h. */
#include "forget.h"
#include "codes.h"
#include "gil.h"
#include "heap.h"
#include "journal.h"
#include "layout.h"
#include "obj.h"
#include "plan.h"
#include "rt.h"
#include "state.h"

#define ROUNDS_MAX 8

struct forget {
    struct reimport *r;
    struct heap heap;
    struct journal journal;
    PyObject *names;      /* set: of the modules that were made; owned */
    struct ptrmap fresh;  /* their namespaces */
    struct ptrmap old;    /* the namespaces of the units */
    struct ptrmap before; /* classes that were there before */
    struct ptrmap new;    /* what is new */
    struct ptrmap young;  /* plain containers of it that may be new */
    struct ptrlist found; /* both, in the order in which they were found */
    struct ptrlist old_functions;
    struct ptrmap attributes; /* namespaces of modules and instances; of classes: with the class */
    struct ptrlist types;
    struct ptrmap tables;  /* where functools.lru_cache keeps results -> index in caches */
    struct ptrlist caches; /* b: itself if it has results that are or hold something new */
    struct ptrmap handled;
};

/* ---- before the import ---- */

static PyObject *module_of(PyObject *type)
{
    PyObject *dict = type_dict(type);
    return dict ? obj_item(dict, "__module__") : NULL;
}

static bool is_unit_name(const struct reimport *r, PyObject *name)
{
    for (Py_ssize_t i = 0; name && PyUnicode_Check(name) && i < r->count; i++)
        if (PyUnicode_Compare(r->units[i].name, name) == 0)
            return true;
    return false;
}

/* Of the heap: which classes the set's modules have made, and how long containers are. */
static int note_object(PyObject *o, void *arg)
{
    struct reimport *r = arg;

    if (is_class(o) && is_unit_name(r, module_of(o)) && PyList_Append(r->classes, o) < 0)
        return -1;
    return lengths_add(&r->lengths, o);
}

static int note_heap(struct reimport *r)
{
    struct heap heap;
    int rc = heap_open(&heap) < 0 || heap_stop_collector(&heap) < 0 ? -1 : 0;

    lengths_start(&r->lengths);
    if (rc == 0)
        rc = heap_each(&heap, note_object, r);
    heap_close(&heap);
    return rc;
}

/* The new classes and namespaces of a reimport go in cycles when the old ones have got their contents. Until
 * the collector comes they hold what took the place of something: if that is replaced once more, they are
 * holders, and the record would keep them, and the next one them again, for ever. */
static int collect_replaced(struct reimport *r)
{
    (void)r;
    return state_has_switched() ? heap_collect() : 0;
}

static int note_standing(struct reimport *r)
{
    struct ptrmap namespaces = {0};
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < r->count; i++)
        if (PyObject_TypeCheck(r->units[i].old, &PyModule_Type))
            rc = ptrmap_set(&namespaces, PyModule_GetDict(r->units[i].old), 1);
    if (rc == 0)
        rc = stood_note(&r->stood, &namespaces, r->classes, &r->pause_ms);
    ptrmap_free(&namespaces);
    return rc;
}

static int hold_for(struct reimport *r, int (*step)(struct reimport *))
{
    int64_t start = rt_monotonic_ns();
    int rc = step(r);

    gil_note_hold(&r->pause_ms, start);
    gil_let_others_run();
    return rc;
}

int forget_collect(struct reimport *r)
{
    return hold_for(r, collect_replaced);
}

/* Others may run in between, as they may during the import: what they change by then is as if it had been
 * changed before. */
int forget_prepare(struct reimport *r)
{
    r->classes = PyList_New(0);
    if (!r->classes || layout_find() < 0 || hold_for(r, note_heap) < 0)
        return -1;
    return note_standing(r);
}

/* ---- what is new ---- */

static int note(struct forget *f, PyObject *o)
{
    if (ptrmap_has(&f->new, o))
        return 0;
    if (ptrmap_set(&f->new, o, 1) < 0)
        return -1;
    return ptrlist_add(&f->found, o, NULL);
}

/* A list or dict that was not there before, and is no namespace. A dict that held nothing tracked before
 * 3.14 looks the same, so what it is in decides: it goes if it was added there. */
static int note_young(struct forget *f, PyObject *o)
{
    if (ptrmap_has(&f->attributes, o) || ptrmap_has(&f->fresh, o) || ptrmap_has(&f->new, o) ||
        ptrmap_has(&f->young, o) || !lengths_is_young(&f->r->lengths, o))
        return 0;
    if (ptrmap_set(&f->young, o, 1) < 0)
        return -1;
    return ptrlist_add(&f->found, o, NULL);
}

static bool in_names(const struct forget *f, PyObject *name)
{
    return name && PyUnicode_CheckExact(name) && PySet_Contains(f->names, name) == 1;
}

/* What functools.wraps or its like made: called after one of ours, with one of ours in its closure.
 */
static bool wraps_new(const struct forget *f, PyObject *function)
{
    PyObject *closure = *word_at(function, layout.function.closure);
    bool wraps = false;

    if (!in_names(f, *word_at(function, layout.function.module)))
        return false;
    for (Py_ssize_t i = 0; closure && !wraps && i < PyTuple_Size(closure); i++) {
        PY_AUTO PyObject *inside = PyCell_Get(PyTuple_GetItem(closure, i));
        wraps = inside && ptrmap_has(&f->new, inside);
    }
    return wraps;
}

/* A dict that the interpreter manages is 24 bytes before the object; in 3.12 a pointer with the
 * lowest bit set is not to one (Include/internal/pycore_object.h). */
static PyObject *managed_dict(PyObject *o)
{
    PyObject *dict = *word_at(o, -24);
    return (uintptr_t)dict & 1 ? NULL : dict;
}

PyObject *attributes_of(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);

    if (PyObject_TypeCheck(o, &PyModule_Type))
        return PyModule_GetDict(o);
    if (PyType_HasFeature(type, TPFLAGS_MANAGED_DICT))
        return managed_dict(o);
    if (number_at(type, TYPE_DICTOFFSET) <= 0 || PyType_Check(o) || is_function(o))
        return NULL;
    return *word_at(o, number_at(type, TYPE_DICTOFFSET));
}

PyObject *attributes_unhandled(PyObject *o, const struct ptrmap *handled)
{
    PY_AUTO PyObject *dict = NULL;

    if (PyType_HasFeature(Py_TYPE(o), TPFLAGS_MANAGED_DICT))
        dict = PyObject_GenericGetDict(o, NULL);
    return dict && !ptrmap_has(handled, dict) ? py_steal(&dict) : NULL;
}

struct table_of_cache {
    struct forget *f;
    PyObject *attributes;
};

static int note_table(PyObject *o, void *arg)
{
    struct table_of_cache *t = arg;
    bool table = Py_TYPE(o) == &PyDict_Type && o != t->attributes;
    return table ? ptrmap_set(&t->f->tables, o, t->f->caches.count) : 0;
}

static int note_cache(struct forget *f, PyObject *cache)
{
    struct table_of_cache t = {f, attributes_of(cache)};
    return each_referent(cache, note_table, &t) != 0 ? -1 : ptrlist_add(&f->caches, cache, NULL);
}

static int take_stock_of(PyObject *o, void *arg)
{
    struct forget *f = arg;
    PyObject *dict = attributes_of(o);

    if (dict && ptrmap_set(&f->attributes, dict, 0) < 0)
        return -1;
    if (is_cached_function(o))
        return note_cache(f, o);
    if (is_class(o)) {
        if (ptrmap_set(&f->attributes, type_dict(o), f->types.count) < 0 ||
            ptrlist_add(&f->types, o, NULL) < 0)
            return -1;
        return in_names(f, module_of(o)) && !ptrmap_has(&f->before, o) ? note(f, o) : 0;
    }
    if (!is_function(o))
        return 0;
    PyObject *globals = *word_at(o, layout.function.globals);
    if (ptrmap_has(&f->old, globals))
        return ptrlist_add(&f->old_functions, o, NULL);
    return ptrmap_has(&f->fresh, globals) ? note(f, o) : 0;
}

static int take_wrappers(PyObject *o, void *arg)
{
    struct forget *f = arg;
    return is_function(o) && !ptrmap_has(&f->new, o) && wraps_new(f, o) ? note(f, o) : 0;
}

static int note_weak(struct forget *f, PyObject *o)
{
    Py_ssize_t offset = number_at(Py_TYPE(o), TYPE_WEAKLISTOFFSET);
    PyObject *ref = offset ? *word_at(o, offset) : NULL;

    for (; ref; ref = *word_at(ref, WEAKREF_NEXT))
        if (note(f, ref) < 0)
            return -1;
    return 0;
}

/* The function that functools.lru_cache made this of. */
static PyObject *wrapped_by(PyObject *cache)
{
    PyObject **dict = _PyObject_GetDictPtr(cache);
    return dict && *dict ? obj_item(*dict, "__wrapped__") : NULL;
}

/* True if `holder` cannot have been without the new object that it holds. */
static bool is_made_of(PyObject *holder, PyObject *held)
{
    PyTypeObject *type = Py_TYPE(holder);

    if ((PyObject *)type == held)
        return true;
    if (is_cached_function(holder))
        return wrapped_by(holder) == held; /* the rest of what it holds are results */
    return PyTuple_Check(holder) || type == &PyFrozenSet_Type || is_wrapper(holder);
}

/* ---- what takes the place of something new ---- */

static bool same_code(PyObject *a, PyObject *b)
{
    int same = code_same(*word_at(a, layout.function.code), *word_at(b, layout.function.code));

    if (same < 0)
        PyErr_Clear();
    return same > 0;
}

static bool same_line(PyObject *a, PyObject *b)
{
    PY_AUTO PyObject *line = code_get(*word_at(a, layout.function.code), "co_firstlineno");
    PY_AUTO PyObject *other = code_get(*word_at(b, layout.function.code), "co_firstlineno");
    bool same = line && other && PyLong_AsLong(line) == PyLong_AsLong(other);

    PyErr_Clear();
    return same;
}

static bool same_text(PyObject *a, PyObject *b)
{
    return a && b && PyUnicode_Check(a) && PyUnicode_Check(b) && PyUnicode_Compare(a, b) == 0;
}

static bool same_name(PyObject *a, PyObject *b)
{
    return same_text(*word_at(a, layout.function.qualname),
                     *word_at(b, layout.function.qualname)) &&
           same_text(*word_at(a, layout.function.module), *word_at(b, layout.function.module));
}

/* How many new functions have its name. */
static Py_ssize_t namesakes(const struct forget *f, PyObject *new)
{
    Py_ssize_t times = 0;

    for (Py_ssize_t i = 0; i < f->found.count; i++)
        times += is_function(f->found.items[i].a) && same_name(f->found.items[i].a, new);
    return times;
}

/* The old function of the same qualified name. Of several, old or new, the only one with the same
 * code, or the one with the same code on the same line: others may have gone when they were
 * replaced. */
static PyObject *old_function(const struct forget *f, PyObject *new)
{
    PyObject *any = NULL, *like = NULL;
    Py_ssize_t times = 0, like_times = 0;

    for (Py_ssize_t i = 0; i < f->old_functions.count; i++) {
        PyObject *old = f->old_functions.items[i].a;
        if (!same_name(old, new))
            continue;
        any = old;
        times++;
        if (!same_code(old, new))
            continue;
        if (same_line(old, new))
            return old;
        like = old;
        like_times++;
    }
    return times == 1 && namesakes(f, new) == 1 ? any : like_times == 1 ? like : NULL;
}

static PyObject *old_class(const struct forget *f, PyObject *new)
{
    PyObject *found = NULL, *module = module_of(new);
    PY_AUTO PyObject *name = display_name(new);

    for (Py_ssize_t i = 0; name && module && i < PyList_Size(f->r->classes); i++) {
        PyObject *old = PyList_GetItem(f->r->classes, i);
        PY_AUTO PyObject *old_name = display_name(old);
        if (old_name && PyUnicode_Compare(name, old_name) == 0 &&
            PyUnicode_Compare(module, module_of(old)) == 0)
            found = old;
    }
    return found;
}

/* What the old module of a unit has under the name under which the new one has `new`. */
static PyObject *old_of_name(const struct forget *f, PyObject *new)
{
    PY_AUTO PyObject *loaded = PyObject_GetAttrString(f->r->finder, "loaded");
    PyObject *key, *value;

    for (Py_ssize_t i = 0; loaded && i < f->r->count; i++) {
        const struct unit *u = &f->r->units[i];
        PyObject *fresh = PyDict_GetItemWithError(loaded, u->name);
        Py_ssize_t at = 0;
        while (fresh && PyObject_TypeCheck(fresh, &PyModule_Type) &&
               PyDict_Next(PyModule_GetDict(fresh), &at, &key, &value)) {
            PyObject *old =
                value == new ? PyDict_GetItemWithError(PyModule_GetDict(u->old), key) : NULL;
            if (old && !ptrmap_has(&f->new, old))
                return old;
        }
    }
    PyErr_Clear();
    return NULL;
}

static PyObject *counterpart(const struct forget *f, PyObject *new);

/* The same tuple of older things. */
static PyObject *older_tuple(const struct forget *f, PyObject *tuple)
{
    PY_AUTO PyObject *older = PyTuple_New(PyTuple_Size(tuple));

    for (Py_ssize_t i = 0; older && i < PyTuple_Size(tuple); i++) {
        PyObject *item = PyTuple_GetItem(tuple, i);
        PyObject *old = ptrmap_has(&f->new, item) ? counterpart(f, item) : py_new(item);
        if (!old)
            return NULL;
        PyTuple_SetItem(older, i, old);
    }
    return py_steal(&older);
}

/* New reference, or NULL without an exception. */
static PyObject *counterpart(const struct forget *f, PyObject *new)
{
    PyObject *old = old_of_name(f, new);

    if (!old && is_function(new))
        old = old_function(f, new);
    else if (!old && is_class(new))
        old = old_class(f, new);
    else if (!old && Py_TYPE(new) == &PyTuple_Type)
        return older_tuple(f, new);
    if (old && Py_TYPE(old) != Py_TYPE(new) && !(is_class(old) && is_class(new)) &&
        !(is_class((PyObject *)Py_TYPE(new)) && ptrmap_has(&f->new, Py_TYPE(new))))
        return NULL;
    return py_new(old);
}

/* ---- containers ---- */

static bool dict_has_value(PyObject *dict, PyObject *o)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(dict, &at, &key, &value))
        if (value == o)
            return true;
    return false;
}

/* True if what is in this place goes, `came` if it was added there. */
static bool goes(const struct forget *f, PyObject *o, bool came)
{
    return came && (ptrmap_has(&f->new, o) || ptrmap_has(&f->young, o));
}

/* What an entry was, if that was not noted. New reference, or NULL. */
static PyObject *replaced(struct forget *f, PyObject *dict, PyObject *value, bool attribute)
{
    PyObject *old = counterpart(f, value);

    if (!attribute && old && dict_has_value(dict, old))
        py_clear(&old); /* it has its own entry: this one was added */
    return old;
}

static int clean_entry(struct forget *f, PyObject *dict, PyObject *key, PyObject *value, bool came)
{
    bool attribute = ptrmap_has(&f->attributes, dict);
    Py_ssize_t type = ptrmap_get(&f->attributes, dict);
    bool of_class = attribute && type_dict(f->types.items[type].a) == dict;
    PyObject *stood = ptrmap_has(&f->new, value) ? stood_under(&f->r->stood, dict, key) : NULL;
    bool gone = !stood && goes(f, value, came);

    if (ptrmap_has(&f->new, key))
        return journal_add(&f->journal, J_DICTVALUE, dict, key, 0, value, NULL);
    if (!gone && !ptrmap_has(&f->new, value))
        return 0;
    PY_AUTO PyObject *old = stood  ? py_new(stood)
                            : gone ? NULL
                                   : replaced(f, dict, value, attribute);
    if (attribute && !gone && !old)
        return 0;
    return of_class
               ? journal_add(&f->journal, J_TYPEATTR, f->types.items[type].a, key, 0, value, old)
               : journal_add(&f->journal, J_DICTVALUE, dict, key, 0, value, old);
}

static int clean_dict(struct forget *f, PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    for (Py_ssize_t i = 0; PyDict_Next(dict, &at, &key, &value); i++) {
        bool came = ptrmap_has(&f->young, dict) || lengths_came(&f->r->lengths, dict, i);
        if (clean_entry(f, dict, key, value, came) < 0)
            return -1;
    }
    return 0;
}

/* True if something older comes after place `i`: what is there was hardly appended. */
static bool is_amid(const struct forget *f, PyObject *list, Py_ssize_t i)
{
    while (++i < PyList_Size(list))
        if (!ptrmap_has(&f->new, PyList_GetItem(list, i)))
            return true;
    return false;
}

static int clean_list(struct forget *f, PyObject *list)
{
    PY_AUTO PyObject *goal = PyList_New(0);
    const struct stood_place *places = stood_items(&f->r->stood, list, list, &f->new);

    for (Py_ssize_t i = 0; goal && i < PyList_Size(list); i++) {
        PyObject *item = PyList_GetItem(list, i);
        bool came = ptrmap_has(&f->young, list) || lengths_came(&f->r->lengths, list, i);
        bool new = ptrmap_has(&f->new, item);
        PyObject *stood = new &&places &&places[i].has_value ? places[i].value : NULL;
        if (!stood && goes(f, item, came))
            continue;
        PY_AUTO PyObject *kept = stood                 ? py_new(stood)
                                 : !new                ? py_new(item)
                                 : is_amid(f, list, i) ? counterpart(f, item)
                                                       : NULL;
        if (new && !stood && kept &&list_has(list, kept))
            continue;
        if (kept && PyList_Append(goal, kept) < 0)
            return -1;
    }
    return goal ? journal_add(&f->journal, J_LISTSWAP, list, NULL, 0, NULL, goal) : -1;
}

struct members {
    struct forget *f;
    PyObject *set;
};

static int clean_member(PyObject *item, void *arg)
{
    struct members *members = arg;
    struct forget *f = members->f;
    return ptrmap_has(&f->new, item)
               ? journal_add(&f->journal, J_SETITEM, members->set, NULL, 0, item, NULL)
               : 0;
}

static int clean_set(struct forget *f, PyObject *set)
{
    struct members members = {f, set};
    return each_referent(set, clean_member, &members) != 0 ? -1 : 0;
}

static int clean_cell(struct forget *f, PyObject *cell, PyObject *held)
{
    PyObject *stood = stood_under(&f->r->stood, cell, NULL);
    PY_AUTO PyObject *old = stood ? py_new(stood) : counterpart(f, held);
    return old ? journal_add(&f->journal, J_CELL, cell, NULL, 0, held, old) : 0;
}

/* Attributes that an object keeps inside itself. */
static int clean_attributes(struct forget *f, PyObject *o)
{
    PY_AUTO PyObject *dict = attributes_unhandled(o, &f->handled);

    if (!dict)
        return PyErr_Occurred() ? -1 : 0;
    if (ptrmap_set(&f->attributes, dict, 0) < 0 || ptrmap_set(&f->handled, dict, 1) < 0)
        return -1;
    return clean_dict(f, dict);
}

/* A result of something new, or kept under a key that is: the cache is emptied in the end. */
static bool is_cache(struct forget *f, PyObject *holder)
{
    Py_ssize_t table = ptrmap_get(&f->tables, holder);

    for (Py_ssize_t i = 0; table < 0 && is_cached_function(holder) && i < f->caches.count; i++)
        if (f->caches.items[i].a == holder)
            table = i;
    if (table >= 0)
        f->caches.items[table].b = f->caches.items[table].a;
    return table >= 0;
}

static int clean(struct forget *f, PyObject *holder, PyObject *held)
{
    if (is_cache(f, holder))
        return 0;
    if (ptrmap_has(&f->handled, holder) || ptrmap_has(&f->new, holder) ||
        ptrmap_has(&f->fresh, holder))
        return 0;
    if (ptrmap_set(&f->handled, holder, 1) < 0)
        return -1;
    if (PyDict_Check(holder) && clean_dict(f, holder) < 0)
        return -1;
    if (PyList_Check(holder) && clean_list(f, holder) < 0)
        return -1;
    if (PyObject_TypeCheck(holder, &PySet_Type) && clean_set(f, holder) < 0)
        return -1;
    if (Py_TYPE(holder) == &PyCell_Type)
        return clean_cell(f, holder, held);
    return PyType_Check(holder) || is_function(holder) ? 0 : clean_attributes(f, holder);
}

/* ---- finding them ---- */

/* Everything of a new class or function is new, too: it must not lose what it has. */
static int spare(struct forget *f)
{
    PyObject *ours[] = {f->r->classes, f->r->own, f->r->placed, f->r->displaced, f->names};

    for (Py_ssize_t i = 0; i < f->found.count; i++) {
        PyObject *o = f->found.items[i].a;
        PyObject *dict = is_class(o) ? type_dict(o) : is_function(o) ? NULL : attributes_of(o);
        if (dict && ptrmap_set(&f->handled, dict, 1) < 0)
            return -1;
    }
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        if (ours[i] && ptrmap_set(&f->handled, ours[i], 1) < 0)
            return -1;
    return deferred_note(&f->r->deferred, &f->handled);
}

/* The holders of all that is new; what they prove to be new themselves is looked for in its turn.
 */
static int find_holders(struct forget *f, struct ptrlist *hits)
{
    Py_ssize_t from = 0, seen = 0;

    for (int round = 0; round < ROUNDS_MAX && from < f->found.count; round++) {
        struct ptrmap targets = {0};
        int rc = 0;
        for (Py_ssize_t i = from; rc == 0 && i < f->found.count; i++)
            rc = note_weak(f, f->found.items[i].a); /* these come at the end of the list */
        for (; rc == 0 && from < f->found.count; from++)
            rc = ptrmap_set(&targets, f->found.items[from].a, 1);
        if (rc == 0)
            rc = heap_find_holders(&f->heap, &targets, hits);
        ptrmap_free(&targets);
        for (; rc == 0 && seen < hits->count; seen++)
            rc = is_made_of(hits->items[seen].a, hits->items[seen].b)
                     ? note(f, hits->items[seen].a)
                     : note_young(f, hits->items[seen].a);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static int take_stock(struct forget *f)
{
    PY_AUTO PyObject *loaded = PyObject_GetAttrString(f->r->finder, "loaded");
    PyObject *name, *module;
    Py_ssize_t at = 0;

    if (lengths_sort(&f->r->lengths) < 0)
        return -1;
    f->names = PySet_New(loaded);
    while (f->names && PyDict_Next(loaded, &at, &name, &module))
        if (PyObject_TypeCheck(module, &PyModule_Type) &&
            ptrmap_set(&f->fresh, PyModule_GetDict(module), 1) < 0)
            return -1;
    for (Py_ssize_t i = 0; i < f->r->count; i++)
        if (ptrmap_set(&f->old, PyModule_GetDict(f->r->units[i].old), i) < 0)
            return -1;
    for (Py_ssize_t i = 0; i < PyList_Size(f->r->classes); i++)
        if (ptrmap_set(&f->before, PyList_GetItem(f->r->classes, i), 1) < 0)
            return -1;
    if (!f->names || heap_each(&f->heap, take_stock_of, f) < 0)
        return -1;
    return heap_each(&f->heap, take_wrappers, f);
}

static int plan(struct forget *f)
{
    struct ptrlist hits = {0};
    int rc = take_stock(f) < 0 || find_holders(f, &hits) < 0 || spare(f) < 0 ? -1 : 0;

    for (Py_ssize_t i = 0; rc == 0 && i < hits.count; i++)
        rc = clean(f, hits.items[i].a, hits.items[i].b);
    ptrlist_free(&hits);
    if (rc < 0 && !PyErr_Occurred())
        PyErr_NoMemory();
    return rc;
}

/* A list of the caches to be emptied. New reference. */
static PyObject *spoiled_caches(const struct forget *f)
{
    PY_AUTO PyObject *caches = PyList_New(0);

    for (Py_ssize_t i = 0; caches && i < f->caches.count; i++)
        if (f->caches.items[i].b && caches_add(caches, f->caches.items[i].b) < 0)
            return NULL;
    return py_steal(&caches);
}

static void forget_free(struct forget *f)
{
    ptrmap_free(&f->tables);
    ptrlist_free(&f->caches);
    py_clear(&f->names);
    ptrmap_free(&f->fresh);
    ptrmap_free(&f->old);
    ptrmap_free(&f->before);
    ptrmap_free(&f->new);
    ptrmap_free(&f->young);
    ptrlist_free(&f->found);
    ptrlist_free(&f->old_functions);
    ptrmap_free(&f->attributes);
    ptrlist_free(&f->types);
    ptrmap_free(&f->handled);
}

int forget_new(struct reimport *r)
{
    struct forget f = {.r = r};
    PY_AUTO PyObject *caches = NULL;
    int rc = -1;

    if (!r->classes)
        return 0; /* it failed before anything was imported */
    if (heap_open(&f.heap) == 0 && heap_stop_collector(&f.heap) == 0 && plan(&f) == 0 &&
        (caches = spoiled_caches(&f)) && defer(&r->deferred, caches) == 0)
        rc = journal_apply(&f.journal);
    forget_free(&f);
    if (rc == 0) {
        clear_caches(caches);
        defer_journal(&r->deferred, &f.journal);
    }
    heap_close(&f.heap);
    journal_free(&f.journal);
    return rc;
}
