/* Making patches: see patch.h. */
#include "patch.h"
#include "holders.h"
#include "layout.h"
#include "scatter.h"
#include "table.h"

/* ---- one change ---- */

enum {
    HAS_KEY = 1,
    HAS_VALUE = 4,
    HAS_PREV = 16,
    HAS_NEXT = 64
}; /* of side 0; of side 1 the next bit */
enum {
    MASK,
    KEY,
    VALUE = KEY + 2,
    PREV = VALUE + 2,
    NEXT = PREV + 2,
    HASH = NEXT + 2,
    AT = HASH + 2,
    FIELDS = AT + 2
};

static void put(PyObject *tuple, int at, PyObject *o)
{
    PyTuple_SetItem(tuple, at, py_new(o ? o : Py_None));
}

PyObject *change_freeze(const struct change *c)
{
    PY_AUTO PyObject *tuple = PyTuple_New(FIELDS);
    long mask = 0;

    for (int side = 0; tuple && side < 2; side++) {
        mask |= (c->key[side] ? HAS_KEY << side : 0) | (c->value[side] ? HAS_VALUE << side : 0) |
                (c->prev[side] ? HAS_PREV << side : 0) | (c->next[side] ? HAS_NEXT << side : 0);
        put(tuple, KEY + side, c->key[side]);
        put(tuple, VALUE + side, c->value[side]);
        put(tuple, PREV + side, c->prev[side]);
        put(tuple, NEXT + side, c->next[side]);
        PyTuple_SetItem(tuple, HASH + side, PyLong_FromSsize_t(c->hash[side]));
        PyTuple_SetItem(tuple, AT + side, PyLong_FromSsize_t(c->at[side]));
    }
    if (tuple)
        PyTuple_SetItem(tuple, MASK, PyLong_FromLong(mask));
    return PyErr_Occurred() ? NULL : py_steal(&tuple);
}

static PyObject *get(PyObject *tuple, int at, long flag)
{
    return PyLong_AsLong(PyTuple_GetItem(tuple, MASK)) & flag ? PyTuple_GetItem(tuple, at) : NULL;
}

void change_thaw(PyObject *frozen, struct change *c)
{
    for (int side = 0; side < 2; side++) {
        c->key[side] = get(frozen, KEY + side, HAS_KEY << side);
        c->value[side] = get(frozen, VALUE + side, HAS_VALUE << side);
        c->prev[side] = get(frozen, PREV + side, HAS_PREV << side);
        c->next[side] = get(frozen, NEXT + side, HAS_NEXT << side);
        c->hash[side] = PyLong_AsSsize_t(PyTuple_GetItem(frozen, HASH + side));
        c->at[side] = PyLong_AsSsize_t(PyTuple_GetItem(frozen, AT + side));
    }
}

static int add_change(PyObject *changes, const struct change *c)
{
    PY_AUTO PyObject *frozen = change_freeze(c);
    return frozen ? PyList_Append(changes, frozen) : -1;
}

/* The record has the changes in place of what is planned for the container from number `from` on. */
static int note(struct plan *p, PyObject *owner, Py_ssize_t from, PyObject *changes)
{
    for (Py_ssize_t i = from; i < p->journal.count; i++)
        if (p->journal.entries[i].owner == owner)
            p->journal.entries[i].lasting = true;
    if (PyList_Size(changes) == 0 || is_young(p, owner))
        return 0;
    PY_AUTO PyObject *frozen = PyList_AsTuple(changes);
    return !frozen ? -1 : journal_note(&p->journal, J_PATCH, owner, NULL, 0, frozen, NULL);
}

/* ---- dicts and sets ---- */

static PyObject *key_at(const struct slots *slots, Py_ssize_t i)
{
    return i >= 0 && i < slots->count ? slots->items[i].key : NULL;
}

static int index_keys(const struct slots *slots, struct ptrmap *index)
{
    for (Py_ssize_t i = 0; i < slots->count; i++)
        if (ptrmap_set(index, slots->items[i].key, i) < 0)
            return -1;
    return 0;
}

/* What has come of an entry, or NULL: the one that has its key, or the key's successor. */
static const struct slot *twin_of(const struct plan *p, const struct slot *slot,
                                  const struct slots *after, struct ptrmap *left)
{
    Py_ssize_t i = ptrmap_get(left, slot->key);
    PyObject *goal = i < 0 ? successor(p, slot->key) : NULL;

    if (goal)
        i = ptrmap_get(left, goal);
    return i < 0 ? NULL : &after->items[i];
}

static void fill(struct change *c, int side, const struct slots *slots, const struct slot *slot)
{
    c->key[side] = slot->key;
    c->value[side] = slot->value;
    c->hash[side] = slot->hash;
    c->prev[side] = key_at(slots, slot - slots->items - 1);
    c->next[side] = key_at(slots, slot - slots->items + 1);
}

/* `left`: the keys after it, with their numbers; in the end -1 for those that were there before. */
static int compare_before(const struct plan *p, const struct slots *before,
                          const struct slots *after, struct ptrmap *left, PyObject *changes)
{
    for (Py_ssize_t i = 0; i < before->count; i++) {
        const struct slot *slot = &before->items[i], *twin = twin_of(p, slot, after, left);
        struct change c = {0};
        fill(&c, 0, before, slot);
        if (twin) {
            fill(&c, 1, after, twin);
            if (ptrmap_set(left, twin->key, -1) < 0)
                return -1;
        }
        bool same = twin && twin->key == slot->key && twin->value == slot->value &&
                    twin->hash == slot->hash;
        if (!same && add_change(changes, &c) < 0)
            return -1;
    }
    return 0;
}

static int compare_after(const struct slots *after, const struct ptrmap *left, PyObject *changes)
{
    for (Py_ssize_t i = 0; i < after->count; i++) {
        struct change c = {0};
        fill(&c, 1, after, &after->items[i]);
        if (ptrmap_has(left, after->items[i].key) && add_change(changes, &c) < 0)
            return -1;
    }
    return 0;
}

static int compare(const struct plan *p, const struct slots *before, const struct slots *after,
                   PyObject *changes)
{
    struct ptrmap left = {0};
    int rc = index_keys(after, &left) < 0 || compare_before(p, before, after, &left, changes) < 0 ||
                     compare_after(after, &left, changes) < 0
                 ? -1
                 : 0;

    ptrmap_free(&left);
    return rc;
}

/* What the container shall hold: the planned contents that change places with it, or what it holds with
 * the planned values. */
static int read_after(const struct plan *p, PyObject *owner, Py_ssize_t from, struct slots *after)
{
    struct ptrmap index = {0};
    int rc = 0;

    for (Py_ssize_t i = from; i < p->journal.count; i++)
        if (p->journal.entries[i].owner == owner && journal_is_swap(p->journal.entries[i].kind))
            return table_read(p->journal.entries[i].new, after);
    rc = table_read(owner, after);
    if (rc == 0)
        rc = index_keys(after, &index);
    for (Py_ssize_t i = from; rc == 0 && i < p->journal.count; i++) {
        const struct entry *e = &p->journal.entries[i];
        Py_ssize_t at =
            e->owner == owner && e->kind == J_DICTVALUE ? ptrmap_get(&index, e->key) : -1;
        if (at >= 0)
            after->items[at].value = e->new;
    }
    for (Py_ssize_t i = after->count - 1; rc == 0 && i >= 0; i--)
        if (!after->items[i].value)
            slots_remove(after, i);
    ptrmap_free(&index);
    return rc;
}

static int patch_keyed(struct plan *p, PyObject *owner, Py_ssize_t from)
{
    PY_AUTO PyObject *changes = PyList_New(0);
    struct slots before = {0}, after = {0};
    int rc = changes ? table_read(owner, &before) : -1;

    if (rc == 0)
        rc = read_after(p, owner, from, &after);
    if (rc == 0 && is_outside(p, owner))
        rc = scatter_before(p, owner, &before);
    if (rc == 0)
        rc = compare(p, &before, &after, changes);
    slots_free(&before);
    slots_free(&after);
    return rc ? (rc < 0 ? -1 : 0) : note(p, owner, from, changes);
}

/* True if more than values change: then an undo has places to find. */
static bool is_restructured(const struct plan *p, PyObject *owner, Py_ssize_t from)
{
    for (Py_ssize_t i = from; i < p->journal.count; i++) {
        const struct entry *e = &p->journal.entries[i];
        if (e->owner == owner && (journal_is_swap(e->kind) || (e->kind == J_DICTVALUE && !e->new)))
            return true;
    }
    return false;
}

int patch_dict(struct plan *p, PyObject *dict, Py_ssize_t from)
{
    bool has_order = Py_TYPE(dict) != &PyODict_Type && PyObject_TypeCheck(dict, &PyODict_Type);

    if (has_order || ptrmap_has(&p->type_dicts, dict) ||
        !(is_outside(p, dict) || is_restructured(p, dict, from)))
        return 0; /* what keeps the order of a subclass, only its own code knows */
    return patch_keyed(p, dict, from);
}

int patch_set(struct plan *p, PyObject *set, Py_ssize_t from)
{
    if (!PyObject_TypeCheck(set, &PySet_Type))
        return 0; /* nobody changes a frozenset */
    return patch_keyed(p, set, from);
}

/* ---- lists and deques ---- */

struct sequence {
    PyObject *changes;
    struct change next; /* the places and neighbours of the next item */
};

static int compare_item(struct sequence *s, PyObject *before, PyObject *after)
{
    PyObject *values[2] = {before, after};

    s->next.value[0] = before;
    s->next.value[1] = after;
    if (before != after && add_change(s->changes, &s->next) < 0)
        return -1;
    for (int side = 0; side < 2; side++)
        if (values[side]) {
            s->next.prev[side] = values[side];
            s->next.at[side]++;
        }
    return 0;
}

int patch_list(struct plan *p, PyObject *list, Py_ssize_t from, const struct ptrmap *there)
{
    PY_AUTO PyObject *changes = PyList_New(0);
    const struct stood_place *places = stood_items(&p->r->stood, list, list, &p->came);
    struct sequence s = {.changes = changes};

    for (Py_ssize_t i = 0; changes && i < PyList_Size(list); i++) {
        PyObject *item = PyList_GetItem(list, i);
        PyObject *before = is_outside(p, list) ? scatter_item(p, list, list, places, i) : item;
        if (PyErr_Occurred() || compare_item(&s, before, list_goal(p, there, item)) < 0)
            return -1;
    }
    return changes ? note(p, list, from, changes) : -1;
}

int patch_deque(struct plan *p, PyObject *deque, Py_ssize_t from)
{
    PY_AUTO PyObject *changes = PyList_New(0);
    PY_AUTO PyObject *items = deque_items(deque);
    struct sequence s = {.changes = changes};

    for (Py_ssize_t i = 0; changes && items && i < PyList_Size(items); i++) {
        PyObject *item = PyList_GetItem(items, i), *goal = successor_or_self(p, item);
        PyObject *before = is_outside(p, deque) ? scatter_item(p, deque, items, NULL, i) : item;
        if (PyErr_Occurred() || compare_item(&s, before, goal) < 0)
            return -1;
    }
    return changes && items ? note(p, deque, from, changes) : -1;
}
