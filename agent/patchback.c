/* Taking patches back, and doing them again: see patch.h. What a container holds now is read, the changes
 * are found in it again, and what it is to hold changes places with it. */
#include "holders.h"
#include "iterators.h"
#include "layout.h"
#include "patch.h"
#include "replace.h"
#include "settable.h"
#include "table.h"

struct back {
    struct plan *p;
    PyObject *owner;
    int from, to;      /* sides: the container is as on the one, as far as the program left it */
    PyObject *changes; /* tuple: frozen changes; borrowed */
    PyObject *applied; /* list: those of them that are made; owned */
    bool in_place;     /* they need no new order */
    bool is_planned;   /* other entries of it change, too, one by one */
};

/* What is planned for the container already, for instances that others replace: it is read with that. */
static void drop_planned(struct back *b, Py_ssize_t from)
{
    for (Py_ssize_t i = from; i < b->p->journal.count; i++) {
        struct entry *e = &b->p->journal.entries[i];
        if (e->owner == b->owner &&
            (e->kind == J_DICTVALUE || e->kind == J_LISTITEM || e->kind == J_SEQITEM ||
             e->kind == J_PATCH || journal_is_swap(e->kind)))
            e->noted = e->lasting = true;
    }
}

/* An instance that could not be replaced again stays in the place of the other one. */
static PyObject *settled(const struct back *b, PyObject *goal)
{
    Py_ssize_t i = goal ? ptrmap_get(&b->p->by_new, goal) : -1;
    return i >= 0 && is_unfit(b->p, b->p->pairs.items[i].a) ? b->p->pairs.items[i].a : goal;
}

static int leave_for(struct back *b, const struct change *c, const char *reason)
{
    PyObject *name = c->key[b->from] ? c->key[b->from] : c->key[b->to];

    if (name && PyUnicode_CheckExact(name) && ptrmap_has(&b->p->old_globals, b->owner))
        return plan_leave_global(b->p, b->owner, name, reason);
    PyObject *o = c->value[b->from] ? c->value[b->from] : c->value[b->to];
    return plan_leave(b->p, b->owner, o, reason);
}

static int leave(struct back *b, const struct change *c)
{
    return leave_for(b, c, "changed since by the program");
}

static int apply(struct back *b, Py_ssize_t i)
{
    return PyList_Append(b->applied, PyTuple_GetItem(b->changes, i));
}

static int add_swap(struct back *b, enum entry_kind kind, PyObject *goal)
{
    return !goal ? -1 : journal_add_lasting(&b->p->journal, kind, b->owner, NULL, 0, NULL, goal);
}

/* The record gets what was found of the patch. */
static int note_applied(struct back *b)
{
    PY_AUTO PyObject *frozen = PyList_AsTuple(b->applied);

    return !frozen
               ? -1
               : journal_note(&b->p->journal, J_PATCH, b->owner, NULL, b->to == 0, frozen, NULL);
}

/* ---- dicts and sets ---- */

struct keyed {
    struct back b;
    struct slots slots;  /* what it holds, then what it is to hold */
    struct ptrmap index; /* key -> its change */
    struct ptrmap found; /* changes whose key is there */
    bool iterated;       /* nothing may come or go */
};

/* A key that the program has put in since, and that is equal to one that would come back. */
static int has_equal(const struct keyed *k, PyObject *key)
{
    if (!PyDict_Check(k->b.owner) || !(PyUnicode_CheckExact(key) || Py_TYPE(key) == &PyLong_Type))
        return 0;
    return PyDict_Contains(k->b.owner, key);
}

static bool is_there(const struct keyed *k, const struct change *c, const struct slot *slot)
{
    PyObject *expected = c->value[k->b.from];
    return expected &&
           (slot->value == expected || slot->value == successor_or_self(k->b.p, expected) ||
            c->value[0] == c->value[1] || !PyDict_Check(k->b.owner));
}

/* One entry that the container holds, whose key has a change: true if it is to go. */
static int change_entry(struct keyed *k, struct slot *slot, Py_ssize_t number, bool *goes)
{
    struct change c;

    change_thaw(PyTuple_GetItem(k->b.changes, number), &c);
    if (ptrmap_set(&k->found, PyTuple_GetItem(k->b.changes, number), 1) < 0)
        return -1;
    if (!is_there(k, &c, slot))
        return leave(&k->b, &c);
    if (!c.value[k->b.to] && k->iterated)
        return leave_for(&k->b, &c, REASON_ITERATED);
    *goes = !c.value[k->b.to];
    if (!*goes && c.value[0] != c.value[1])
        slot->value = settled(&k->b, c.value[k->b.to]);
    if (!*goes && (c.hash[0] != c.hash[1] || c.key[0] != c.key[1])) {
        slot->key = settled(&k->b, c.key[k->b.to]);
        slot->hash = c.hash[k->b.to];
        k->b.in_place = false;
    }
    return apply(&k->b, number);
}

static int change_entries(struct keyed *k)
{
    Py_ssize_t kept = 0;

    for (Py_ssize_t i = 0; i < k->slots.count; i++) {
        struct slot slot = k->slots.items[i];
        Py_ssize_t number = ptrmap_get(&k->index, slot.key);
        bool goes = false;
        slot.key = successor_or_self(k->b.p, slot.key);
        slot.value = successor_or_self(k->b.p, slot.value);
        if (number >= 0 && change_entry(k, &slot, number, &goes) < 0)
            return -1;
        if (!goes)
            k->slots.items[kept++] = slot;
    }
    k->slots.count = kept;
    return 0;
}

static Py_ssize_t number_of(const struct keyed *k, PyObject *key)
{
    for (Py_ssize_t i = 0; key && i < k->slots.count; i++)
        if (k->slots.items[i].key == key)
            return i;
    return -1;
}

/* After the key that it once came after, or first if it was; without that, before the one that it came before. */
static Py_ssize_t place_of(const struct keyed *k, const struct change *c)
{
    Py_ssize_t prev = number_of(k, c->prev[k->b.to]), next = number_of(k, c->next[k->b.to]);

    if (prev >= 0 || !c->prev[k->b.to])
        return prev + 1;
    return next >= 0 ? next : k->slots.count;
}

static int put_entry(struct keyed *k, const struct change *c, Py_ssize_t number)
{
    PyObject *key = settled(&k->b, c->key[k->b.to]);
    int there = has_equal(k, key);
    Py_ssize_t at = place_of(k, c);

    if (there)
        return there < 0 ? -1 : leave(&k->b, c);
    if (k->iterated)
        return leave_for(&k->b, c, REASON_ITERATED);
    k->b.in_place = k->b.in_place && at == k->slots.count;
    struct slot slot = {key, settled(&k->b, c->value[k->b.to]), c->hash[k->b.to], 0};
    return slots_insert(&k->slots, at, slot) < 0 ? -1 : apply(&k->b, number);
}

/* Entries that come back; of those that are to change but are not there, the program has taken them out. */
static int put_entries(struct keyed *k)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(k->b.changes); i++) {
        struct change c;
        change_thaw(PyTuple_GetItem(k->b.changes, i), &c);
        if (ptrmap_has(&k->found, PyTuple_GetItem(k->b.changes, i)))
            continue;
        if ((c.value[k->b.from] ? leave(&k->b, &c) : put_entry(k, &c, i)) < 0)
            return -1;
    }
    return 0;
}

static int swap_ordered(struct keyed *k)
{
    PY_AUTO PyObject *goal = table_ordered(k->b.owner, &k->slots);
    return add_swap(&k->b, J_DICTSWAP, goal) < 0 ? -1 : note_applied(&k->b);
}

static int swap_set(struct keyed *k)
{
    bool kept = true;
    PY_AUTO PyObject *goal = table_set_like(k->b.p, k->b.owner, &k->slots, &kept);

    if (add_swap(&k->b, J_SETSWAP, goal) < 0 || note_applied(&k->b) < 0)
        return -1;
    return kept ? 0 : plan_leave(k->b.p, k->b.owner, NULL, REASON_SHIFTED);
}

/* One by one, where that runs no code of a key: what is to be there and what is there. */
static int set_value(struct back *b, PyObject *key, PyObject *value)
{
    PyObject *now = PyDict_GetItemWithError(b->owner, key);

    if (now == value)
        return PyErr_Occurred() ? -1 : 0;
    return journal_add_lasting(&b->p->journal, J_DICTVALUE, b->owner, key, 0, now, value);
}

static int set_values(struct keyed *k)
{
    struct ptrmap kept = {0};
    PyObject *key, *value;
    Py_ssize_t at = 0;
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < k->slots.count; i++)
        rc = ptrmap_set(&kept, k->slots.items[i].key, 1) < 0
                 ? -1
                 : set_value(&k->b, k->slots.items[i].key, k->slots.items[i].value);
    while (rc == 0 && PyDict_Next(k->b.owner, &at, &key, &value))
        if (!ptrmap_has(&kept, key))
            rc = set_value(&k->b, key, NULL);
    ptrmap_free(&kept);
    return rc < 0 ? -1 : note_applied(&k->b);
}

static bool has_plain_keys(const struct keyed *k)
{
    PyObject *key, *value;
    bool plain = true;

    for (Py_ssize_t i = 0; plain && i < k->slots.count; i++)
        plain = PyUnicode_CheckExact(k->slots.items[i].key);
    for (Py_ssize_t at = 0; plain && PyDict_Next(k->b.owner, &at, &key, &value);)
        plain = PyUnicode_CheckExact(key);
    return plain;
}

static int set_order(struct keyed *k)
{
    PY_AUTO PyObject *keys = PyTuple_New(k->slots.count);

    for (Py_ssize_t i = 0; keys && i < k->slots.count; i++)
        PyTuple_SetItem(keys, i, py_new(k->slots.items[i].key));
    return keys ? journal_add_lasting(&k->b.p->journal, J_ORDER, k->b.owner, NULL, 0, NULL, keys)
                : -1;
}

/* True if its contents cannot change places with those of another dict before the commit. */
static bool shares_keys(PyObject *dict)
{
    return layout.version >= 0x030b && *word_at(dict, DICT_VALUES);
}

static int swap_dict(struct keyed *k)
{
    bool plain = has_plain_keys(k);

    if (plain && (k->b.in_place || k->b.is_planned || shares_keys(k->b.owner)))
        return set_values(k) < 0 ? -1 : k->b.in_place ? 0 : set_order(k);
    /* what the interpreter may watch is a namespace; another one is not touched yet, unless its keys are shared */
    if ((plain || *word_at(k->b.owner, DICT_VALUES)) && journal_prepare_swap(k->b.owner) < 0)
        return -1;
    PY_AUTO PyObject *goal =
        table_dict(&k->slots, k->iterated, iterators_reach(k->b.p, k->b.owner));
    if (!goal || add_swap(&k->b, J_DICTSWAP, goal) < 0)
        return -1;
    return note_applied(&k->b);
}

static int read_changes(struct keyed *k)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(k->b.changes); i++) {
        struct change c;
        change_thaw(PyTuple_GetItem(k->b.changes, i), &c);
        if (c.value[k->b.from] && ptrmap_set(&k->index, c.key[k->b.from], i) < 0)
            return -1;
    }
    return 0;
}

static int keyed_back(struct back *b)
{
    struct keyed k = {.b = *b, .iterated = is_iterated(b->p, b->owner)};
    int rc = read_changes(&k) < 0 ? -1 : table_read(b->owner, &k.slots);

    if (rc == 1)
        rc = plan_leave(b->p, b->owner, NULL, "laid out in a way unknown to reimport");
    else if (rc == 0 && (rc = change_entries(&k)) == 0 && (rc = put_entries(&k)) == 0 &&
             PyList_Size(b->applied) > 0)
        rc = !PyDict_Check(b->owner)              ? swap_set(&k)
             : Py_TYPE(b->owner) == &PyODict_Type ? swap_ordered(&k)
                                                  : swap_dict(&k);
    slots_free(&k.slots);
    ptrmap_free(&k.index);
    ptrmap_free(&k.found);
    return rc;
}

/* ---- lists and deques ---- */

/* The place nearest to `at` where the item itself is, or -1. */
static Py_ssize_t nearest(PyObject *list, PyObject *item, Py_ssize_t at)
{
    Py_ssize_t n = PyList_Size(list);

    for (Py_ssize_t d = 0; d < n || d <= at; d++) {
        if (at + d >= 0 && at + d < n && PyList_GetItem(list, at + d) == item)
            return at + d;
        if (at - d >= 0 && at - d < n && PyList_GetItem(list, at - d) == item)
            return at - d;
    }
    return -1;
}

/* Where the item that comes back is to be: after the one that it once came after. */
static Py_ssize_t place_in(const struct back *b, PyObject *items, const struct change *c,
                           Py_ssize_t drift)
{
    PyObject *prev = c->prev[b->to];
    Py_ssize_t at = c->at[b->to] + drift, n = PyList_Size(items);
    Py_ssize_t before = prev ? nearest(items, successor_or_self(b->p, prev), at - 1) : -1;

    if (!prev && c->at[b->to] == 0)
        return 0;
    if (before >= 0)
        return before + 1;
    return at < 0 ? 0 : at > n ? n : at;
}

/* Sets *drift to how far the program's own changes have moved things. */
static int change_item(struct back *b, PyObject *items, Py_ssize_t number, Py_ssize_t *drift)
{
    struct change c;

    change_thaw(PyTuple_GetItem(b->changes, number), &c);
    PyObject *is = c.value[b->from], *goal = settled(b, c.value[b->to]);
    Py_ssize_t at = is ? nearest(items, successor_or_self(b->p, is), c.at[b->to] + *drift)
                       : place_in(b, items, &c, *drift);
    if (at < 0)
        return leave(b, &c);
    *drift = at - c.at[b->to];
    if (is && PyList_SetSlice(items, at, at + 1, NULL) < 0)
        return -1;
    return goal && PyList_Insert(items, at, goal) < 0 ? -1 : apply(b, number);
}

/* A new list. */
static PyObject *items_of(PyObject *owner)
{
    PY_AUTO PyObject *items = PyList_Check(owner) ? PyList_New(0) : deque_items(owner);

    for (Py_ssize_t i = 0; items && PyList_Check(owner) && i < PyList_Size(owner); i++)
        if (PyList_Append(items, PyList_GetItem(owner, i)) < 0)
            return NULL;
    return py_steal(&items);
}

static PyObject *present_items(const struct back *b)
{
    PY_AUTO PyObject *items = items_of(b->owner);

    for (Py_ssize_t i = 0; items && i < PyList_Size(items); i++) {
        PyObject *item = successor_or_self(b->p, PyList_GetItem(items, i));
        if (PyList_SetItem(items, i, py_new(item)) < 0)
            return NULL;
    }
    return py_steal(&items);
}

static bool is_deque_known(PyObject *deque, Py_ssize_t items)
{
    return number_at(deque, DEQUE_SIZE) == items && number_at(deque, DEQUE_STATE) == items;
}

/* One by one where the length stays: a loop that is in the midst of the deque goes on then. */
static int set_items(struct back *b, PyObject *before, PyObject *items)
{
    enum entry_kind kind = PyList_Check(b->owner) ? J_LISTITEM : J_SEQITEM;

    for (Py_ssize_t i = 0; i < PyList_Size(items); i++) {
        PyObject *now = PyList_GetItem(before, i), *goal = PyList_GetItem(items, i);
        if (now != goal &&
            journal_add_lasting(&b->p->journal, kind, b->owner, NULL, i, now, goal) < 0)
            return -1;
    }
    return note_applied(b);
}

static int swap_items(struct back *b, PyObject *items)
{
    PY_AUTO PyObject *before = items_of(b->owner);

    if (!before || PyList_Size(before) == PyList_Size(items))
        return before ? set_items(b, before, items) : -1;
    if (PyList_Check(b->owner))
        return add_swap(b, J_LISTSWAP, items) < 0 ? -1 : note_applied(b);
    PY_AUTO PyObject *goal =
        PyObject_CallFunctionObjArgs((PyObject *)deque_type(b->owner), items, NULL);
    if (!goal)
        return -1;
    if (!is_deque_known(goal, PyList_Size(items)))
        return plan_leave(b->p, b->owner, NULL, "laid out in a way unknown to reimport");
    return add_swap(b, J_DEQUESWAP, goal) < 0 ? -1 : note_applied(b);
}

static int sequence_back(struct back *b)
{
    PY_AUTO PyObject *items = present_items(b);
    Py_ssize_t drift = 0;

    for (Py_ssize_t i = 0; items && i < PyTuple_Size(b->changes); i++)
        if (change_item(b, items, i, &drift) < 0)
            return -1;
    if (!items)
        return -1;
    return PyList_Size(b->applied) > 0 ? swap_items(b, items) : 0;
}

int patch_back(struct plan *p, const struct entry *e, Py_ssize_t from)
{
    PY_AUTO PyObject *applied = PyList_New(0);
    struct back b = {.p = p,
                     .owner = e->owner,
                     .from = e->index ? 1 : 0,
                     .to = e->index ? 0 : 1,
                     .changes = e->old,
                     .applied = applied,
                     .in_place = true};

    if (!applied)
        return -1;
    drop_planned(&b, from);
    for (Py_ssize_t i = 0; i < from; i++)
        b.is_planned = b.is_planned || p->journal.entries[i].owner == e->owner;
    return PyDict_Check(e->owner) || PyObject_TypeCheck(e->owner, &PySet_Type) ? keyed_back(&b)
                                                                               : sequence_back(&b);
}
