/* Dicts as holders: values in place; changed keys by a dict made anew, in the same order, whose contents
 * change places with the old ones. */
#include "holders.h"
#include "iterators.h"
#include "layout.h"
#include "patch.h"
#include "table.h"

static int mend_type_dict(struct plan *p, PyObject *type, PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    bool loses = false;

    while (PyDict_Next(dict, &at, &key, &value)) {
        PyObject *goal = successor(p, value);
        if (goal != value && holder_change(p, J_TYPEATTR, type, key, 0, value, goal) < 0)
            return -1;
        loses = loses || !goal;
    }
    return loses ? journal_note_order(&p->journal, type) : 0;
}

/* ---- the dict made anew ---- */

struct remake {
    struct plan *p;
    PyObject *dict;
    struct slots slots;   /* the entries as they shall be */
    struct ptrmap by_key; /* key -> its index */
    bool lasting;
    bool iterated;
};

/* Two keys that have become one have the place of the first and the value of the last. */
static int put_entry(struct remake *r, struct slot slot)
{
    Py_ssize_t i = ptrmap_get(&r->by_key, slot.key);

    if (i >= 0) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what is in by_key is in slots */
        r->slots.items[i].value = slot.value;
        r->slots.items[i].hash = slot.hash;
        return 0;
    }
    return ptrmap_set(&r->by_key, slot.key, r->slots.count) < 0
               ? -1
               : slots_insert(&r->slots, r->slots.count, slot);
}

/* 1 if it stays though nothing takes its place: a loop that is in the midst of the dict could not go on without
 * the entry. What came with the import, goes. */
static int leave_iterated(struct plan *p, PyObject *dict, PyObject *o, bool iterated)
{
    if (!iterated || successor(p, o) || is_new(p, o))
        return 0;
    return plan_leave(p, dict, o, REASON_ITERATED) < 0 ? -1 : 1;
}

/* 1: the dict is left as it is. */
static int take_entry(struct remake *r, const struct slot *slot)
{
    PyObject *key = slot->key, *value = slot->value;
    PyObject *new_key = successor(r->p, key), *new_value = successor(r->p, value);
    Py_hash_t hash = slot->hash;

    int key_stays = leave_iterated(r->p, r->dict, key, r->iterated);
    int value_stays = key_stays < 0 ? -1 : leave_iterated(r->p, r->dict, value, r->iterated);

    if (value_stays < 0)
        return -1;
    new_key = key_stays ? key : new_key;
    new_value = value_stays ? value : new_value;
    if (new_key != key || new_value != value)
        holder_count(r->p, new_key ? new_value : NULL);
    if ((new_key != key && !is_new(r->p, key)) || (new_value != value && !is_new(r->p, value)))
        r->lasting = false;
    if (!new_key || !new_value)
        return 0;
    if (is_rekeyed(r->p, key) && !keeps_hash(r->p, key)) {
        PY_AUTO PyObject *future = PyErr_Occurred() ? NULL : future_of(r->p, key);
        if (!future)
            return PyErr_Occurred() ? -1 : 1;
        hash = PyObject_Hash(future);
    }
    return put_entry(r, (struct slot){new_key, new_value, hash, slot->place});
}

static int swap_remade(struct remake *r, PyObject *dict)
{
    PY_AUTO PyObject *goal = Py_TYPE(dict) == &PyODict_Type
                                 ? table_ordered(dict, &r->slots)
                                 : table_dict(&r->slots, r->iterated, iterators_reach(r->p, dict));

    /* what is the program's is not touched yet, unless its keys were shared */
    if (!goal || (*word_at(dict, DICT_VALUES) && journal_prepare_swap(dict) < 0) ||
        journal_add(&r->p->journal, J_DICTSWAP, dict, NULL, 0, NULL, goal) < 0)
        return -1;
    r->p->journal.entries[r->p->journal.count - 1].lasting = r->lasting;
    return 0;
}

static int mend_keys(struct plan *p, PyObject *dict)
{
    struct remake r = {.p = p, .dict = dict, .lasting = true, .iterated = is_iterated(p, dict)};
    struct slots slots = {0};
    int rc = table_read(dict, &slots);

    for (Py_ssize_t i = 0; rc == 0 && i < slots.count; i++)
        rc = take_entry(&r, &slots.items[i]);
    if (rc == 0)
        rc = swap_remade(&r, dict);
    slots_free(&slots);
    slots_free(&r.slots);
    ptrmap_free(&r.by_key);
    if (rc == 1)
        return spoil_cache(p, dict)
                   ? 0
                   : plan_leave(p, dict, NULL, "a key's hash is computed by Python code");
    return rc;
}

/* An entry of what `__subclasses__` reads: address of the class -> weak reference to it. */
static bool names_subclass(PyObject *key, PyObject *value)
{
    if (Py_TYPE(value) != &_PyWeakref_RefType || Py_TYPE(key) != &PyLong_Type)
        return false;
    unsigned long long address = PyLong_AsUnsignedLongLong(key);
    if (PyErr_Occurred())
        PyErr_Clear(); /* negative, or too big for an address */
    return address == (uintptr_t)*word_at(value, WEAKREF_OBJECT);
}

/* True if a value changes whose key Python code would be asked for, to find it: an Enum's member, a path. */
static bool asks_key(const struct plan *p, PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(dict, &at, &key, &value))
        if (successor(p, value) != value && !has_plain_hash(key))
            return true;
    return false;
}

static int plan_dict(struct plan *p, PyObject *dict)
{
    Py_ssize_t type = ptrmap_get(&p->type_dicts, dict), at = 0;
    bool own_order = Py_TYPE(dict) != &PyODict_Type && PyObject_TypeCheck(dict, &PyODict_Type);
    PyObject *key, *value;

    if (type >= 0)
        return mend_type_dict(p, p->types.items[type].a, dict);
    while (PyDict_Next(dict, &at, &key, &value))
        if (is_rekeyed(p, key))
            return own_order ? plan_leave(p, dict, key, "a key in a subclass of OrderedDict")
                             : mend_keys(p, dict);
    if (!own_order && asks_key(p, dict))
        return mend_keys(p, dict);
    bool iterated = is_iterated(p, dict);
    for (at = 0; PyDict_Next(dict, &at, &key, &value);) {
        PyObject *goal = successor(p, value);
        if (goal == value || is_taken(p, dict, key) || names_subclass(key, value))
            continue;
        int stays = leave_iterated(p, dict, value, iterated);
        if (stays < 0 || (!stays && holder_change(p, J_DICTVALUE, dict, key, 0, value, goal) < 0))
            return -1;
    }
    return 0;
}

int mend_dict(struct plan *p, PyObject *dict)
{
    Py_ssize_t from = p->journal.count;
    return plan_dict(p, dict) < 0 ? -1 : patch_dict(p, dict, from);
}
