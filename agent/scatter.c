/* Finding what an import put elsewhere: see scatter.h. */
#include "scatter.h"
#include "forget.h"
#include "holders.h"
#include "layout.h"
#include "obj.h"
#include "patch.h"

#define ROUNDS_MAX 8

/* Numbers in plan.outside: not known yet whether it was there before; it was; it was not. */
enum { LOOSE, KNOWN, YOUNG };

bool is_came(const struct plan *p, PyObject *o)
{
    return ptrmap_has(&p->came, o);
}

static int note_came(struct plan *p, PyObject *o)
{
    if (is_came(p, o))
        return 0;
    if (ptrmap_set(&p->came, o, p->came_list.count) < 0)
        return -1;
    return ptrlist_add(&p->came_list, o, NULL) < 0 ? (PyErr_NoMemory(), -1) : 0;
}

/* ---- what is new ---- */

static bool is_new_class(const struct plan *p, const struct ptrmap *before, PyObject *type)
{
    PyObject *module = obj_item(type_dict(type), "__module__");
    bool ours = false;

    for (Py_ssize_t i = 0; module && PyUnicode_Check(module) && !ours && i < p->r->count; i++)
        ours = unit_moves(&p->r->units[i]) && PyUnicode_Compare(p->r->units[i].name, module) == 0;
    return ours && !ptrmap_has(before, type);
}

static bool is_new_function(const struct plan *p, PyObject *f)
{
    return ptrmap_has(&p->new_globals, *word_at(f, layout.function.globals)) ||
           wraps_own(&p->new_globals, f, 3);
}

static int note_classes(struct plan *p)
{
    struct ptrmap before = {0};
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && p->r->classes && i < PyList_Size(p->r->classes); i++)
        rc = ptrmap_set(&before, PyList_GetItem(p->r->classes, i), 1);
    for (Py_ssize_t i = 0; rc == 0 && i < p->types.count; i++)
        if (is_new_class(p, &before, p->types.items[i].a))
            rc = note_came(p, p->types.items[i].a);
    ptrmap_free(&before);
    return rc;
}

/* A successor that is to stay itself may have been there before. */
static int note_pairs(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->pairs.count; i++) {
        PyObject *new = p->pairs.items[i].b;
        bool came = p->fates[i] != FATE_SWITCH || (is_function(new) && is_new_function(p, new));
        if (came && note_came(p, new) < 0)
            return -1;
    }
    return 0;
}

/* To those that stay; one to a function or class that another survives for dies with it. */
static int note_references(struct plan *p)
{
    for (Py_ssize_t i = 0, n = p->came_list.count; i < n; i++) {
        PyObject *o = p->came_list.items[i].a;
        Py_ssize_t offset = number_at(Py_TYPE(o), TYPE_WEAKLISTOFFSET);
        PyObject *ref = offset && survivor(p, o) == o ? *word_at(o, offset) : NULL;
        for (; ref; ref = *word_at(ref, WEAKREF_NEXT))
            if (note_came(p, ref) < 0)
                return -1;
    }
    return 0;
}

/* What the old modules of the set had under the names of the new ones' values. */
static int note_names(struct plan *p)
{
    PyObject *key, *value;

    for (Py_ssize_t i = 0; i < p->r->count; i++) {
        const struct unit *u = &p->r->units[i];
        Py_ssize_t at = 0;
        while (unit_moves(u) && PyDict_Next(unit_new_dict(u), &at, &key, &value)) {
            PyObject *old = PyDict_GetItemWithError(unit_old_dict(u), key);
            if (old && old != value && Py_TYPE(old) != &PyModule_Type &&
                ptrmap_set(&p->namesakes, value, (Py_ssize_t)(uintptr_t)old) < 0)
                return -1;
        }
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* It keeps what it is given, and was given something new. */
static bool was_there(const struct plan *p, PyObject *function)
{
    PyObject *closure = *word_at(function, layout.function.closure);

    for (Py_ssize_t i = 0; closure && i < PyTuple_Size(closure); i++)
        if (stood_knows(&p->r->stood, PyTuple_GetItem(closure, i)))
            return true;
    return false;
}

int scatter_targets(struct plan *p, struct ptrmap *targets)
{
    if (note_pairs(p) < 0 || note_classes(p) < 0 || note_names(p) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < p->new_functions.count; i++)
        if (note_came(p, p->new_functions.items[i].a) < 0)
            return -1;
    for (Py_ssize_t i = 0; i < p->wrappers.count; i++)
        if (!was_there(p, p->wrappers.items[i].a) && note_came(p, p->wrappers.items[i].a) < 0)
            return -1;
    if (note_references(p) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < p->came_list.count; i++) {
        PyObject *o = p->came_list.items[i].a;
        if (!ptrmap_has(targets, o) && ptrmap_set(targets, o, 2) < 0)
            return -1;
    }
    return 0;
}

/* ---- who holds it ---- */

struct search {
    struct plan *p;
    struct ptrlist hits;    /* who holds what */
    struct ptrlist pending; /* a: what else is new, or may be: their holders must be found */
    struct ptrmap inside;   /* what new functions and classes consist of */
    struct ptrlist parents; /* a: a thing with attributes that holds b, a dict or list */
    struct ptrmap resolved; /* of those whether they were there before: 1 */
    struct ptrmap asked;    /* what has been pending: 1 if nothing else holds it */
    struct ptrmap tables;   /* where functools.lru_cache keeps results */
};

static int note_inside(PyObject *o, void *arg)
{
    struct search *s = arg;
    bool part =
        Py_TYPE(o) == &PyTuple_Type || Py_TYPE(o) == &PyDict_Type || Py_TYPE(o) == &PyCell_Type;
    return part && ptrmap_set(&s->inside, o, 1) < 0;
}

static int note_parts(struct search *s)
{
    for (Py_ssize_t i = 0; i < s->p->came_list.count; i++) {
        PyObject *o = s->p->came_list.items[i].a;
        PyObject *closure = is_function(o) ? *word_at(o, layout.function.closure) : NULL;
        if ((is_function(o) || is_class(o)) && each_referent(o, note_inside, s) != 0)
            return -1;
        if (closure && each_referent(closure, note_inside, s) != 0)
            return -1;
        if (is_class(o) && ptrmap_set(&s->inside, type_dict(o), 1) < 0)
            return -1;
    }
    for (Py_ssize_t i = 0; i < PyList_Size(s->p->taken); i++)
        if (ptrmap_set(&s->inside, PyList_GetItem(s->p->taken, i), 1) < 0)
            return -1;
    return 0;
}

static int note_table(PyObject *o, void *arg)
{
    struct search *s = arg;
    return Py_TYPE(o) == &PyDict_Type && ptrmap_set(&s->tables, o, 1) < 0;
}

static int note_tables(struct search *s)
{
    for (Py_ssize_t i = 0; i < s->p->caches.count; i++)
        if (each_referent(s->p->caches.items[i].a, note_table, s) != 0)
            return -1;
    return 0;
}

/* True if `holder` cannot have been without the new object that it holds. */
static bool is_made_of(PyObject *holder, PyObject *held)
{
    return (PyObject *)Py_TYPE(holder) == held || PyTuple_Check(holder) ||
           Py_TYPE(holder) == &PyFrozenSet_Type ||
           (is_wrapper(holder) && !is_cached_function(holder));
}

static bool has_attributes(PyObject *o)
{
    return !PyType_Check(o) && !is_function(o) &&
           *word_at(Py_TYPE(o), TYPE_TRAVERSE) == (PyObject *)layout.instance_traverse;
}

static bool is_container(PyObject *o)
{
    return PyDict_Check(o) || PyList_Check(o) || PyObject_TypeCheck(o, &PySet_Type) ||
           Py_TYPE(o) == &PyCell_Type || deque_type(o) || has_attributes(o);
}

static int ask(struct search *s, PyObject *o)
{
    if (ptrmap_has(&s->asked, o))
        return 0;
    if (ptrmap_set(&s->asked, o, 0) < 0)
        return -1;
    return ptrlist_add(&s->pending, o, NULL) < 0 ? (PyErr_NoMemory(), -1) : 0;
}

/* True if the holder was there before, and held this before. */
static bool held_before(const struct search *s, PyObject *holder, PyObject *o)
{
    Py_ssize_t length = ptrmap_get(&s->p->grown, holder), at = 0, i = 0;
    PyObject *key, *value;
    bool held = false;

    if (length < 0)
        return false;
    if (PyDict_Check(holder))
        for (; !held && i < length && PyDict_Next(holder, &at, &key, &value); i++)
            held = value == o;
    else
        for (; !held && i < length && i < PyList_Size(holder); i++)
            held = PyList_GetItem(holder, i) == o;
    return held;
}

/* The list or dict that is an object's attributes needs no proof. */
static int take_owner(struct search *s, PyObject *holder, PyObject *o)
{
    if (attributes_of(holder) == o)
        return ptrmap_set(&s->p->outside, o, KNOWN);
    if (has_attributes(holder) && !is_came(s->p, (PyObject *)Py_TYPE(holder))) {
        if (ptrlist_add(&s->parents, holder, o) < 0)
            return PyErr_NoMemory(), -1;
        return ask(s, holder);
    }
    return 0;
}

static int take_outside(struct search *s, PyObject *holder)
{
    if (ptrmap_has(&s->p->outside, holder) || ptrmap_has(&s->tables, holder))
        return 0;
    if (ptrmap_set(&s->p->outside, holder, KNOWN) < 0)
        return -1;
    return ptrlist_add(&s->p->outside_list, holder, NULL) < 0 ? (PyErr_NoMemory(), -1) : 0;
}

static int take_hit(struct search *s, PyObject *holder, PyObject *o)
{
    struct plan *p = s->p;

    if (is_came(p, holder) || ptrmap_has(&p->internals, holder) || ptrmap_has(&s->inside, holder) ||
        ptrmap_has(&p->handled, holder))
        return 0;
    if (!is_came(p, o))
        return take_owner(s, holder, o);
    if (is_made_of(holder, o))
        return note_came(p, holder) < 0 ? -1 : ask(s, holder);
    return is_container(holder) ? take_outside(s, holder) : 0;
}

/* ---- which of these lists and dicts were there before ---- */

static bool may_be_young(PyObject *o)
{
    return PyDict_Check(o) || PyList_Check(o) || PyObject_TypeCheck(o, &PySet_Type) ||
           deque_type(o);
}

/* Of those that lengths.h does not name, one may be new, or a dict that had nothing to collect in it. */
static int look_up_lengths(struct search *s, Py_ssize_t from)
{
    struct plan *p = s->p;
    struct ptrmap sought = {0};
    int rc = 0;

    for (Py_ssize_t i = from; rc == 0 && i < s->hits.count; i++) {
        PyObject *o = s->hits.items[i].a;
        if (PyDict_Check(o) || PyList_Check(o))
            rc = ptrmap_set(&sought, o, 1);
    }
    if (rc == 0)
        rc = lengths_of(&p->r->lengths, &sought, &p->grown);
    for (Py_ssize_t i = 0; rc == 0 && i < p->outside_list.count; i++) {
        PyObject *o = p->outside_list.items[i].a;
        if (!may_be_young(o) || ptrmap_has(&p->grown, o) || ptrmap_has(&s->asked, o))
            continue;
        rc = ptrmap_set(&p->outside, o, LOOSE) < 0 ? -1 : ask(s, o);
    }
    ptrmap_free(&sought);
    return rc;
}

/* What holds something that was there before, and held it then, was there before. */
static int resolve_all(struct search *s)
{
    bool more = true;

    for (Py_ssize_t i = 0; i < s->hits.count; i++) {
        PyObject *holder = s->hits.items[i].a, *o = s->hits.items[i].b;
        if (!is_came(s->p, o) && !ptrmap_has(&s->resolved, o) && held_before(s, holder, o) &&
            ptrmap_set(&s->resolved, o, 1) < 0)
            return -1;
    }
    while (more) {
        more = false;
        for (Py_ssize_t i = 0; i < s->parents.count; i++)
            if (ptrmap_has(&s->resolved, s->parents.items[i].a) &&
                !ptrmap_has(&s->resolved, s->parents.items[i].b)) {
                if (ptrmap_set(&s->resolved, s->parents.items[i].b, 1) < 0)
                    return -1;
                more = true;
            }
    }
    return 0;
}

/* A new container goes with what holds it; in a dict that was there, all that is new was put in. */
static int settle(struct search *s)
{
    struct plan *p = s->p;

    for (Py_ssize_t i = 0; i < p->outside_list.count; i++) {
        PyObject *o = p->outside_list.items[i].a;
        if (ptrmap_get(&p->outside, o) != LOOSE)
            continue;
        bool noted = p->r->lengths.known && (PyDict_Check(o) || PyList_Check(o));
        bool there =
            noted ? ptrmap_has(&s->resolved, o) && PyDict_Check(o) : ptrmap_get(&s->asked, o) != 1;
        if (ptrmap_set(&p->outside, o, there ? KNOWN : YOUNG) < 0 ||
            (noted && there && ptrmap_set(&p->grown, o, 0) < 0))
            return -1;
    }
    return 0;
}

/* ---- what needs no search: the references that are accounted for ---- */

static int count_one(PyObject *o, void *arg)
{
    struct ptrmap *found = arg;
    Py_ssize_t n = o ? ptrmap_get(found, o) : -1;
    return n >= 0 && ptrmap_set(found, o, n + 1) < 0;
}

static int count_parts(struct search *s, struct ptrmap *found)
{
    const struct ptrlist *lists[] = {&s->p->came_list, &s->pending};

    for (int k = 0; k < 2; k++)
        for (Py_ssize_t i = 0; i < lists[k]->count; i++) {
            PyObject *o = lists[k]->items[i].a;
            PyObject *closure = is_function(o) ? *word_at(o, layout.function.closure) : NULL;
            if (k == 1 && is_came(s->p, o))
                continue;
            if (each_referent(o, count_one, found) != 0 ||
                (closure && each_referent(closure, count_one, found) != 0) ||
                (is_class(o) && each_referent(type_dict(o), count_one, found) != 0))
                return -1;
        }
    return 0;
}

static int count_ours(struct search *s, struct ptrmap *found)
{
    const struct plan *p = s->p;

    for (Py_ssize_t i = 0; i < p->r->count; i++) {
        const struct unit *u = &p->r->units[i];
        PyObject *goal = PyList_GetItem(p->namespaces, i);
        if (unit_moves(u) && (each_referent(unit_new_dict(u), count_one, found) != 0 ||
                              each_referent(goal, count_one, found) != 0))
            return -1;
    }
    for (Py_ssize_t i = 0; i < p->journal.count; i++) {
        const struct entry *e = &p->journal.entries[i];
        if (count_one(e->owner, found) || count_one(e->key, found) || count_one(e->old, found) ||
            count_one(e->new, found))
            return -1;
    }
    return 0;
}

/* Leaves out what nothing but the import's own objects and this plan hold. */
static int account(struct search *s)
{
    struct ptrmap found = {0};
    Py_ssize_t kept = 0;
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < s->pending.count; i++)
        rc = ptrmap_set(&found, s->pending.items[i].a, 0);
    if (rc == 0 && (count_parts(s, &found) < 0 || count_ours(s, &found) < 0))
        rc = -1;
    for (Py_ssize_t i = 0; rc == 0 && i < s->pending.count; i++) {
        PyObject *o = s->pending.items[i].a;
        if (ptrmap_get(&found, o) != references_to(o))
            s->pending.items[kept++] = s->pending.items[i];
        else
            rc = ptrmap_set(&s->asked, o, 1);
    }
    s->pending.count = kept;
    ptrmap_free(&found);
    return rc;
}

/* ---- the search ---- */

static int split_hits(struct search *s, const struct ptrmap *targets, struct ptrlist *hits)
{
    Py_ssize_t kept = 0;

    for (Py_ssize_t i = 0; i < hits->count; i++) {
        PyObject *holder = hits->items[i].a, *o = hits->items[i].b;
        if (is_came(s->p, o) && ptrlist_add(&s->hits, holder, o) < 0)
            return PyErr_NoMemory(), -1;
        if (ptrmap_get(targets, o) != 2)
            hits->items[kept++] = hits->items[i];
    }
    hits->count = kept;
    return 0;
}

static int find_pending(struct search *s)
{
    struct ptrmap sought = {0};
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < s->pending.count; i++)
        rc = ptrmap_set(&sought, s->pending.items[i].a, 1);
    s->pending.count = 0;
    if (rc == 0 && sought.used)
        rc = heap_find_holders(&s->p->heap, &sought, &s->hits);
    ptrmap_free(&sought);
    return rc;
}

static int search_all(struct search *s)
{
    Py_ssize_t from = 0;

    for (int round = 0; round < ROUNDS_MAX && from < s->hits.count; round++) {
        Py_ssize_t end = s->hits.count;
        for (Py_ssize_t i = from; i < end; i++)
            if (take_hit(s, s->hits.items[i].a, s->hits.items[i].b) < 0)
                return -1;
        if (look_up_lengths(s, from) < 0 || account(s) < 0 || find_pending(s) < 0)
            return -1;
        from = end;
    }
    return resolve_all(s) < 0 ? -1 : settle(s);
}

int scatter_find(struct plan *p, const struct ptrmap *targets, struct ptrlist *hits)
{
    struct search s = {.p = p};
    int rc = split_hits(&s, targets, hits) < 0 || note_parts(&s) < 0 || note_tables(&s) < 0 ||
                     search_all(&s) < 0
                 ? -1
                 : 0;

    ptrlist_free(&s.hits);
    ptrlist_free(&s.pending);
    ptrlist_free(&s.parents);
    ptrmap_free(&s.inside);
    ptrmap_free(&s.resolved);
    ptrmap_free(&s.asked);
    ptrmap_free(&s.tables);
    return rc < 0 && !PyErr_Occurred() ? (PyErr_NoMemory(), -1) : rc;
}

bool is_outside(const struct plan *p, PyObject *o)
{
    return ptrmap_get(&p->outside, o) == KNOWN;
}

bool is_young(const struct plan *p, PyObject *o)
{
    return ptrmap_get(&p->outside, o) == YOUNG;
}

int scatter_rename(struct plan *p, PyObject *o, PyObject *dict)
{
    return is_outside(p, o) ? ptrmap_set(&p->outside, dict, KNOWN) : 0;
}
