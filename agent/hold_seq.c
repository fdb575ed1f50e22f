/* Lists, sets and deques as holders. */
#include "holders.h"
#include "iterators.h"
#include "layout.h"
#include "patch.h"
#include "settable.h"
#include "table.h"

/* ---- lists ---- */

/* True if another item of the list may be what takes the place of this one. */
static bool is_appended(const struct plan *p, PyObject *item, PyObject *goal)
{
    return goal && goal != item && (is_new(p, item) || ptrmap_has(&p->by_new, goal));
}

int list_find_there(const struct plan *p, PyObject *list, struct ptrmap *there)
{
    for (Py_ssize_t i = 0; i < PyList_Size(list); i++) {
        PyObject *item = PyList_GetItem(list, i), *goal = successor(p, item);
        if (is_appended(p, item, goal) && ptrmap_set(there, goal, 0) < 0)
            return -1;
    }
    for (Py_ssize_t i = 0; there->used && i < PyList_Size(list); i++) {
        PyObject *item = PyList_GetItem(list, i);
        if (ptrmap_has(there, item) && ptrmap_set(there, item, 1) < 0)
            return -1;
    }
    return 0;
}

/* A registry that the new top level appended to, as the old one did before: one entry is enough. Two old
 * things that have become one keep their places. */
PyObject *list_goal(const struct plan *p, const struct ptrmap *there, PyObject *item)
{
    PyObject *goal = successor(p, item);

    return is_appended(p, item, goal) && ptrmap_get(there, goal) == 1 ? NULL : goal;
}

static int shrink_list(struct plan *p, PyObject *list, const struct ptrmap *there)
{
    PY_AUTO PyObject *goal = PyList_New(0);

    for (Py_ssize_t i = 0; goal && i < PyList_Size(list); i++) {
        PyObject *item = PyList_GetItem(list, i);
        PyObject *kept = list_goal(p, there, item);
        if (kept != item)
            holder_count(p, kept);
        if (kept && PyList_Append(goal, kept) < 0)
            return -1;
    }
    return goal ? journal_add(&p->journal, J_LISTSWAP, list, NULL, 0, NULL, goal) : -1;
}

static int plan_list(struct plan *p, PyObject *list, const struct ptrmap *there)
{
    for (Py_ssize_t i = 0; i < PyList_Size(list); i++)
        if (!list_goal(p, there, PyList_GetItem(list, i)))
            return shrink_list(p, list, there);
    for (Py_ssize_t i = 0; i < PyList_Size(list); i++) {
        PyObject *item = PyList_GetItem(list, i), *goal = successor(p, item);
        if (goal != item && holder_change(p, J_LISTITEM, list, NULL, i, item, goal) < 0)
            return -1;
    }
    return 0;
}

int mend_list(struct plan *p, PyObject *list)
{
    Py_ssize_t from = p->journal.count;
    struct ptrmap there = {0};
    int rc = list_find_there(p, list, &there);

    if (rc == 0 && (rc = plan_list(p, list, &there)) == 0)
        rc = patch_list(p, list, from, &there);
    ptrmap_free(&there);
    return rc;
}

/* ---- sets ---- */

struct remake {
    struct plan *p;
    PyObject *set;
    struct slots slots;    /* the items as they shall be */
    struct ptrmap by_item; /* these */
    struct ptrmap by_hash; /* a hash, spread() -> one of them, or what equals it after the commit */
    PyObject *futures;     /* list: of those that are kept for that */
    bool lasting, iterated;
};

static const void *spread(Py_hash_t hash)
{
    return (const void *)(((uintptr_t)hash << 1) | 1);
}

static int note_item(struct remake *r, PyObject *item, PyObject *future, Py_hash_t hash)
{
    if (PyList_Append(r->futures, future) < 0 || ptrmap_set(&r->by_item, item, 1) < 0)
        return -1;
    return ptrmap_has(&r->by_hash, spread(hash))
               ? 0
               : ptrmap_set(&r->by_hash, spread(hash), (Py_ssize_t)(uintptr_t)future);
}

static bool is_there(const struct remake *r, PyObject *item, PyObject *future, Py_hash_t hash)
{
    Py_ssize_t other = ptrmap_get(&r->by_hash, spread(hash));

    return ptrmap_has(&r->by_item, item) ||
           (other != -1 && same_key((PyObject *)(uintptr_t)other, future));
}

/* True if the item is to go since it becomes equal to another one. It stays, and is reported, where an iterator could
 * not go on with one less; but new ones, which nobody has met, and successors that are there already, do not. */
static bool gives_way(const struct remake *r, const struct slot *from, PyObject *item)
{
    return !r->iterated || is_new(r->p, from->key) || ptrmap_has(&r->by_item, item);
}

static int put_item(struct remake *r, const struct slot *from, PyObject *item, PyObject *future,
                    Py_hash_t hash)
{
    struct slot slot = {item, item, hash, from->place};

    if (is_there(r, item, future, hash)) {
        if (gives_way(r, from, item))
            return 0;
        if (plan_leave(r->p, r->set, from->key, REASON_ITERATED) < 0)
            return -1;
    }
    return note_item(r, item, future, hash) < 0 ? -1
                                                : slots_insert(&r->slots, r->slots.count, slot);
}

/* 1: the set is left as it is. */
static int remake_item(struct remake *r, const struct slot *slot)
{
    PyObject *item = slot->key, *goal = successor(r->p, item);

    if (!is_rekeyed(r->p, item))
        return slots_insert(&r->slots, r->slots.count, *slot);
    if (!goal && r->iterated && !is_new(r->p, item))
        return plan_leave(r->p, r->set, item, REASON_ITERATED) < 0
                   ? -1
                   : slots_insert(&r->slots, r->slots.count, *slot);
    holder_count(r->p, goal);
    r->lasting = r->lasting && is_new(r->p, item);
    if (!goal)
        return 0;
    if (keeps_hash(r->p, item))
        return put_item(r, slot, goal, goal, slot->hash);
    PY_AUTO PyObject *future = PyErr_Occurred() ? NULL : future_of(r->p, item);
    if (!future)
        return PyErr_Occurred() ? -1 : 1;
    /* a member of an Enum: its successor has the same name, and so the same hash */
    if (future != goal && !ptrmap_has(&r->p->rehashed, item))
        return put_item(r, slot, goal, goal, slot->hash);
    Py_hash_t hash = PyObject_Hash(future);
    return hash == -1 ? -1 : put_item(r, slot, goal == item ? item : future, future, hash);
}

/* What stays comes first, so that what becomes equal to it gives way. */
static int remake_items(struct remake *r, const struct slots *slots)
{
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < slots->count; i++)
        if (!is_rekeyed(r->p, slots->items[i].key))
            rc = note_item(r, slots->items[i].key, slots->items[i].key, slots->items[i].hash);
    for (Py_ssize_t i = 0; rc == 0 && i < slots->count; i++)
        rc = remake_item(r, &slots->items[i]);
    return rc;
}

static int swap_remade(struct remake *r)
{
    bool kept = true;
    PY_AUTO PyObject *goal = table_set_like(r->p, r->set, &r->slots, &kept);

    if (!goal || journal_add(&r->p->journal, J_SETSWAP, r->set, NULL, 0, NULL, goal) < 0)
        return -1;
    r->p->journal.entries[r->p->journal.count - 1].lasting = r->lasting;
    return kept ? 0 : plan_leave(r->p, r->set, NULL, REASON_SHIFTED);
}

static int plan_set(struct plan *p, PyObject *set)
{
    PY_AUTO PyObject *futures = PyList_New(0);
    struct slots slots = {0};
    struct remake r = {
        .p = p, .set = set, .futures = futures, .lasting = true, .iterated = is_iterated(p, set)};
    int rc = futures ? table_read(set, &slots) : -1;

    if (rc == 0)
        rc = remake_items(&r, &slots);
    if (rc == 0)
        rc = swap_remade(&r);
    slots_free(&slots);
    slots_free(&r.slots);
    ptrmap_free(&r.by_item);
    ptrmap_free(&r.by_hash);
    return rc == 1 ? plan_leave(p, set, NULL, "an item's hash is computed by Python code") : rc;
}

int mend_set(struct plan *p, PyObject *set)
{
    Py_ssize_t from = p->journal.count;
    return plan_set(p, set) < 0 ? -1 : patch_set(p, set, from);
}

/* ---- deques: their items lie in blocks outside the object ---- */

PyTypeObject *deque_type(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);

    while (type && !type_named(type, "collections.deque"))
        type = (PyTypeObject *)*word_at(type, TYPE_BASE);
    return type;
}

struct reading {
    PyObject *deque, *items;
    bool began;
};

static int read_item(PyObject *item, void *arg)
{
    struct reading *r = arg;
    bool is_type = !r->began && item == (PyObject *)Py_TYPE(r->deque);

    r->began = true;
    return is_type ? 0
                   : PyList_Append(r->items, item); /* 3.9 on: the type comes before the items */
}

PyObject *deque_items(PyObject *deque)
{
    PY_AUTO PyObject *items = PyList_New(0);
    struct reading r = {deque, items, false};

    if (!items || each_item(deque, deque_type(deque), read_item, &r) != 0)
        return NULL;
    return py_steal(&items);
}

int mend_deque(struct plan *p, PyObject *deque)
{
    PY_AUTO PyObject *items = deque_items(deque);
    Py_ssize_t from = p->journal.count;

    for (Py_ssize_t i = 0; items && i < PyList_Size(items); i++) {
        PyObject *item = PyList_GetItem(items, i), *goal = successor(p, item);
        if (!goal && plan_leave(p, deque, item, "in a deque; no longer defined") < 0)
            return -1;
        if (goal && goal != item && holder_change(p, J_SEQITEM, deque, NULL, i, item, goal) < 0)
            return -1;
    }
    return items ? patch_deque(p, deque, from) : -1;
}
