/* References: every holder that one pass over the heap found gets the survivor, or the reason why it
 * cannot goes into the report. One small function for each kind of holder. */
#include "forget.h"
#include "layout.h"
#include "holders.h"
#include "holdings.h"
#include "replace.h"
#include "scatter.h"
#include "shape.h"
#include "state.h"
#include "unseen.h"
#include "weak.h"
#include "obj.h"

static int mend_container(struct plan *p, PyObject *holder, int (*items)(struct plan *, PyObject *),
                          PyTypeObject *base)
{
    if (items(p, holder) < 0)
        return -1;
    return Py_TYPE(holder) == base ? 0 : mend_beside(p, holder, base);
}

static int leave_target(PyObject *o, void *arg)
{
    struct plan *p = arg;
    return successor(p, o) == o
               ? 0
               : plan_leave(p, o, o, "held by a ctypes py_object or Array, by address");
}

static int leave_keepalive(struct plan *p, PyObject *holder)
{
    return each_referent(holder, leave_target, p) != 0 ? -1 : 0;
}

static int mend(struct plan *p, PyObject *holder)
{
    PyTypeObject *type = Py_TYPE(holder);

    if (ptrmap_has(&p->handled, holder) || ptrmap_has(&p->internals, holder))
        return 0;
    if (ptrmap_set(&p->handled, holder, 1) < 0 || mend_class_of(p, holder) < 0)
        return -1;
    if (is_keepalive(p, holder))
        return leave_keepalive(p, holder);
    if (PyDict_Check(holder))
        return mend_container(p, holder, mend_dict,
                              PyObject_TypeCheck(holder, &PyODict_Type) ? &PyODict_Type
                                                                        : &PyDict_Type);
    if (PyList_Check(holder))
        return mend_container(p, holder, mend_list, &PyList_Type);
    if (PyObject_TypeCheck(holder, &PySet_Type) || PyObject_TypeCheck(holder, &PyFrozenSet_Type))
        return mend_container(p, holder, mend_set,
                              PyObject_TypeCheck(holder, &PySet_Type) ? &PySet_Type
                                                                      : &PyFrozenSet_Type);
    if (deque_type(holder))
        return mend_container(p, holder, mend_deque, deque_type(holder));
    if (type == &PyCell_Type)
        return mend_cell(p, holder);
    if (PyType_Check(holder))
        return mend_class(p, holder);
    return mend_other(p, holder);
}

/* ---- which references to look for ---- */

static int target(struct ptrmap *targets, PyObject *o)
{
    return ptrmap_set(targets, o, 1);
}

static int choose_targets(const struct plan *p, struct ptrmap *targets)
{
    for (Py_ssize_t i = 0; i < p->pairs.count; i++) {
        bool stays = p->fates[i] != FATE_SWITCH;
        if (target(targets, stays ? p->pairs.items[i].b : p->pairs.items[i].a) < 0)
            return -1;
    }
    for (size_t i = 0; p->removed.mask && i <= p->removed.mask; i++)
        if (p->removed.slots[i].key &&
            target(targets, (PyObject *)(uintptr_t)p->removed.slots[i].key) < 0)
            return -1;
    for (Py_ssize_t i = 0; i < p->r->count; i++) {
        const struct unit *u = &p->r->units[i];
        if (unit_moves(u) &&
            (target(targets, u->fresh) < 0 || target(targets, unit_new_dict(u)) < 0))
            return -1;
    }
    return 0;
}

static int spare_items(struct plan *p, PyObject *list)
{
    for (Py_ssize_t i = 0; list && i < PyList_Size(list); i++)
        if (ptrmap_set(&p->handled, PyList_GetItem(list, i), 1) < 0)
            return -1;
    return 0;
}

int spare_record(struct plan *p)
{
    PyObject *last = state_last();
    PyObject *journal = last ? obj_item(last, "journal") : NULL;

    for (Py_ssize_t i = 0; journal && i < PyList_Size(journal); i++) {
        PyObject *entry = PyList_GetItem(journal, i);
        PyObject *old = PyTuple_GetItem(entry, FROZEN_OLD);
        PyObject *new = PyTuple_GetItem(entry, FROZEN_NEW);
        long kind = PyLong_AsLong(PyTuple_GetItem(entry, FROZEN_KIND));
        for (Py_ssize_t k = 0; kind == J_PATCH && k < PyTuple_Size(old); k++)
            if (ptrmap_set(&p->handled, PyTuple_GetItem(old, k), 1) < 0)
                return -1;
        if (ptrmap_set(&p->handled, entry, 1) < 0 ||
            (PyTuple_Check(old) && ptrmap_set(&p->handled, old, 1) < 0) ||
            (journal_is_swap((enum entry_kind)kind) && ptrmap_set(&p->handled, new, 1) < 0))
            return -1;
    }
    if (last && spare_items(p, obj_item(last, "switched")) < 0)
        return -1;
    return last ? spare_items(p, obj_item(last, "carried")) : 0;
}

static int spare_cell(PyObject *o, void *arg)
{
    struct plan *p = arg;
    return Py_TYPE(o) == &PyCell_Type ? ptrmap_set(&p->handled, o, 1) : 0;
}

/* What a removed or replaced class or function itself consists of holds it, and goes with it. */
static int spare_parts(struct plan *p, PyObject *o)
{
    PyObject *key, *value, *dict = PyType_Check(o) ? type_dict(o) : NULL;
    Py_ssize_t at = 0;

    if (ptrmap_set(&p->handled, o, 1) < 0 || (dict && ptrmap_set(&p->handled, dict, 1) < 0))
        return -1;
    while (dict && PyDict_Next(dict, &at, &key, &value)) {
        bool part = Py_TYPE(value) == &PyGetSetDescr_Type || Py_TYPE(value) == &PyMemberDescr_Type;
        if (part && ptrmap_set(&p->handled, value, 1) < 0)
            return -1;
        PyObject *closure =
            Py_TYPE(value) == &PyFunction_Type ? *word_at(value, layout.function.closure) : NULL;
        if (closure && each_referent(closure, spare_cell, p) != 0)
            return -1;
    }
    return 0;
}

/* What nobody else holds is for an undo, and stays as it is. */
static int spare_ghosts(struct plan *p)
{
    const struct ptrmap *ghosts = &p->r->stood.ghosts;

    for (size_t i = 0; ghosts->mask && i <= ghosts->mask; i++) {
        PyObject *o = (PyObject *)(uintptr_t)ghosts->slots[i].key;
        PyObject *dict = o && !is_class(o) && !is_function(o) ? attributes_of(o) : NULL;
        if ((o && ptrmap_set(&p->handled, o, 1) < 0) ||
            (dict && ptrmap_set(&p->handled, dict, 1) < 0))
            return -1;
    }
    return 0;
}

/* Holders that die with the new module, or whose content is planned as a whole. */
static int spare(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->pairs.count; i++) {
        PyObject *both[] = {p->pairs.items[i].a, p->pairs.items[i].b};
        for (int k = 0; k < 2; k++) {
            bool dies = (p->fates[i] == FATE_SWITCH) == (k == 0);
            if (dies || p->fates[i] == FATE_MOVE) {
                if (ptrmap_set(&p->handled, both[k], 1) < 0 ||
                    (PyType_Check(both[k]) && ptrmap_set(&p->handled, type_dict(both[k]), 1) < 0))
                    return -1;
            }
        }
    }
    for (Py_ssize_t i = 0; i < p->pairs.count; i++)
        if (p->fates[i] == FATE_SWITCH && !is_remade(p, p->pairs.items[i].a) &&
            spare_parts(p, p->pairs.items[i].a) < 0)
            return -1;
    for (Py_ssize_t i = 0; i < p->r->count; i++) {
        const struct unit *u = &p->r->units[i];
        /* What takes the old module's place as it is, holds what it holds as anything else does. */
        if (unit_moves(u) && (ptrmap_set(&p->handled, u->fresh, 1) < 0 ||
                              ptrmap_set(&p->handled, unit_new_dict(u), 1) < 0 ||
                              ptrmap_set(&p->handled, unit_old_dict(u), 1) < 0))
            return -1;
    }
    if (spare_record(p) < 0 || spare_ghosts(p) < 0)
        return -1;
    for (size_t i = 0; p->removed.mask && i <= p->removed.mask; i++)
        if (p->removed.slots[i].key &&
            spare_parts(p, (PyObject *)(uintptr_t)p->removed.slots[i].key) < 0)
            return -1;
    PyObject *ours[] = {PyImport_GetModuleDict(),
                        p->r->modules_before,
                        p->r->modules_after,
                        p->r->own,
                        p->r->placed,
                        p->r->displaced,
                        p->r->classes,
                        p->r->report};
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        if (ours[i] && ptrmap_set(&p->handled, ours[i], 1) < 0)
            return -1;
    return 0;
}

/* True if the holder's hash may go by `o`, which does not stay in it. */
static bool may_rehash(const struct plan *p, PyObject *holder, PyObject *o)
{
    return hash_follows(holder) || (p->carried.count && is_replaced(p, o) &&
                                    !is_replaced(p, holder) && has_coded_hash(holder));
}

/* True if it may be another one then; also with MemoryError. */
static bool changes_hash(struct plan *p, PyObject *holder, PyObject *o)
{
    if (hash_follows(holder)) /* a method hashes by the address of what it is bound to */
        return Py_TYPE(holder) == &PyMethod_Type || !keeps_hash(p, o);
    return !hash_carries(p, holder, holder);
}

static int follow_hash(struct plan *p, PyObject *holder, PyObject *o, struct ptrmap *more)
{
    if (!may_rehash(p, holder, o) || ptrmap_has(&p->internals, holder) ||
        ptrmap_has(&p->handled, holder) || ptrmap_has(&p->rehashed, holder) ||
        !changes_hash(p, holder, o) || PyErr_Occurred())
        return PyErr_Occurred() ? -1 : 0;
    return ptrmap_set(&p->rehashed, holder, 1) < 0 ? -1 : ptrmap_set(more, holder, 1);
}

/* From `hits` on: holders whose hash follows from what they hold, and the holders of those. */
static int follow_hashes(struct plan *p, struct ptrlist *hits)
{
    for (Py_ssize_t from = 0; from < hits->count;) {
        struct ptrmap more = {0};
        Py_ssize_t end = hits->count;
        int rc = 0;
        for (; rc == 0 && from < end; from++)
            rc = follow_hash(p, hits->items[from].a, hits->items[from].b, &more);
        if (rc == 0 && more.used)
            rc = heap_find_holders(&p->heap, &more, hits);
        ptrmap_free(&more);
        if (rc < 0)
            return -1;
    }
    return 0;
}

/* A class that is gone, of which nothing is left but what will be collected, must not be found among
 * the subclasses of its bases until then. */
static int orphan_removed(struct plan *p, const struct ptrlist *hits)
{
    struct ptrmap in_use = {0};
    int rc = find_in_use(p, hits, &in_use);

    for (Py_ssize_t i = 0; rc == 0 && i < p->types.count; i++) {
        PyObject *type = p->types.items[i].a;
        if (is_removed(p, type) && !ptrmap_has(&in_use, type))
            rc = plan_orphan(p, type, false);
    }
    ptrmap_free(&in_use);
    return rc;
}

/* ---- all of it, perhaps more than once ---- */

/* How far the plan had come before the holders. */
struct mark {
    Py_ssize_t journal, left, switched, removed, hits;
    struct ptrmap handled, rehashed;
};

static int take_mark(const struct plan *p, const struct ptrlist *hits, struct mark *mark)
{
    *mark = (struct mark){p->journal.count,
                          PyList_Size(p->left),
                          p->switched,
                          p->removed_count,
                          hits->count,
                          {0},
                          {0}};
    return ptrmap_copy(&mark->handled, &p->handled) < 0 ||
                   ptrmap_copy(&mark->rehashed, &p->rehashed) < 0
               ? -1
               : 0;
}

static int back_to_mark(struct plan *p, struct ptrlist *hits, const struct mark *mark)
{
    journal_drop(&p->journal, mark->journal);
    hits->count = mark->hits;
    p->switched = mark->switched;
    p->removed_count = mark->removed;
    p->left_instances = 0;
    if (PyList_SetSlice(p->left, mark->left, PyList_Size(p->left), NULL) < 0 ||
        ptrmap_copy(&p->handled, &mark->handled) < 0)
        return -1;
    return ptrmap_copy(&p->rehashed, &mark->rehashed);
}

/* The instances to be replaced that stay, because a holder cannot follow. */
struct unfit {
    const struct plan *p;
    struct ptrlist instances;
    struct holdings holdings; /* made when it is first needed */
    struct ptrmap noted;      /* holders whose instances are among them */
};

static int note_unfit(struct unfit *u, PyObject *holder);

static int note_held(PyObject *o, void *arg)
{
    struct unfit *u = arg;

    if (PyObject_TypeCheck(o, &_PyWeakref_RefType) && ptrmap_has(&u->p->rehashed, o))
        o = *word_at(o, WEAKREF_OBJECT);
    if (is_replaced(u->p, o))
        return ptrlist_add(&u->instances, o, NULL) < 0 ? (PyErr_NoMemory(), -1) : 0;
    return ptrmap_has(&u->p->rehashed, o) ? note_unfit(u, o) : 0;
}

/* What it holds, and what is in that it hashes by. */
static int note_unfit(struct unfit *u, PyObject *holder)
{
    if (ptrmap_has(&u->noted, holder))
        return 0;
    return ptrmap_set(&u->noted, holder, 1) < 0 ? -1
                                                : holdings_each(&u->holdings, holder, note_held, u);
}

static int mend_all(struct plan *p, struct ptrlist *hits, struct unfit *unfit)
{
    if (plan_weak_references(p, hits) < 0 || follow_hashes(p, hits) < 0 ||
        orphan_removed(p, hits) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < hits->count; i++) {
        Py_ssize_t left = PyList_Size(p->left) - p->left_instances;
        if (mend(p, hits->items[i].a) < 0)
            return -1;
        if (!p->carried.count || PyList_Size(p->left) - p->left_instances == left)
            continue;
        if (!unfit->holdings.hits && holdings_open(&unfit->holdings, hits) < 0)
            return -1;
        if (note_unfit(unfit, hits->items[i].a) < 0)
            return -1;
    }
    return 0;
}

static int give_up(struct plan *p, const struct unfit *unfit)
{
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < unfit->instances.count; i++)
        if (is_replaced(p, unfit->instances.items[i].a))
            rc = replace_give_up(p, unfit->instances.items[i].a);
    return rc;
}

static void unfit_free(struct unfit *unfit)
{
    ptrlist_free(&unfit->instances);
    ptrmap_free(&unfit->noted);
    holdings_close(&unfit->holdings);
}

/* 1: some instances stay after all, and nothing is planned. */
static int try_all(struct plan *p, struct ptrlist *hits, struct mark *mark)
{
    struct unfit unfit = {.p = p};
    int rc = mend_all(p, hits, &unfit);

    if (rc == 0 && unfit.instances.count) {
        bool back = back_to_mark(p, hits, mark) == 0 && give_up(p, &unfit) == 0 &&
                    ptrmap_copy(&mark->handled, &p->handled) == 0;
        rc = back ? 1 : -1;
    }
    unfit_free(&unfit);
    return rc;
}

/* As often as it takes until every holder of each replaced instance follows. */
int plan_holders(struct plan *p, struct ptrlist *hits)
{
    struct mark mark = {0};
    int rc = find_owners(p, hits) < 0 || take_mark(p, hits, &mark) < 0 ? -1 : 1;

    while (rc == 1)
        rc = try_all(p, hits, &mark);
    ptrmap_free(&mark.handled);
    ptrmap_free(&mark.rehashed);
    if (rc < 0 || plan_tuple_hashes(p) < 0 || orphan_switched(p, hits) < 0)
        return -1;
    return replace_carry(p);
}

static int add_derived(const struct ptrmap *targets, PyObject *type, struct ptrlist *hits)
{
    PyObject *bases = *word_at(type, TYPE_BASES);

    for (Py_ssize_t i = 0; bases && i < PyTuple_Size(bases); i++) {
        PyObject *base = PyTuple_GetItem(bases, i);
        if (base != (PyObject *)shape_base((PyTypeObject *)type) && ptrmap_has(targets, base))
            return ptrlist_add(hits, type, base) < 0 ? (PyErr_NoMemory(), -1) : 0;
    }
    return 0;
}

/* Of its bases a class itself holds only the one that gives it its layout; a tuple that is its own holds them
 * all. */
static int find_derived(const struct plan *p, const struct ptrmap *targets, struct ptrlist *hits)
{
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < p->types.count; i++)
        rc = add_derived(targets, p->types.items[i].a, hits);
    return rc;
}

int plan_references(struct plan *p)
{
    struct ptrmap targets = {0};
    struct ptrlist hits = {0};
    int rc = -1;

    if (spare(p) == 0 && choose_targets(p, &targets) == 0 && scatter_targets(p, &targets) == 0)
        rc = heap_find_holders(&p->heap, &targets, &hits);
    if (rc == 0)
        rc = plan_unseen(p, &hits);
    if (rc == 0)
        rc = find_derived(p, &targets, &hits);
    if (rc == 0)
        rc = scatter_find(p, &targets, &hits);
    if (rc == 0)
        rc = find_keepalives(p);
    if (rc == 0)
        rc = replace_instances(p, &hits);
    if (rc == 0)
        rc = plan_holders(p, &hits);
    if (rc == 0)
        rc = scatter_note(p);
    ptrmap_free(&targets);
    ptrlist_free(&hits);
    return rc;
}
