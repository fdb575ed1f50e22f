/* Dicts as holders: values in place; changed keys by a dict made anew, in the same order, whose contents
 * change places with the old ones. */
#include "holders.h"
#include "layout.h"
#include "obj.h"

static int mend_type_dict(struct plan *p, PyObject *type, PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(dict, &at, &key, &value)) {
        PyObject *goal = successor(p, value);
        if (goal != value && holder_change(p, J_TYPEATTR, type, key, 0, value, goal) < 0)
            return -1;
    }
    return 0;
}

/* ---- the words behind a dict: (hash, key, value) for each entry, in order (Objects/dictobject.c) ---- */

struct table {
    PyObject **words;
    Py_ssize_t count, at;
};

/* dict.__sizeof__ tells how long the table is. */
static int open_table(PyObject *dict, struct table *table)
{
    PyObject *descriptor = obj_item(type_dict((PyObject *)&PyDict_Type), "__sizeof__");
    PY_AUTO PyObject *size =
        descriptor ? PyObject_CallFunctionObjArgs(descriptor, dict, NULL) : NULL;

    if (!size)
        return -1;
    *table = (struct table){.words = (PyObject **)*word_at(dict, DICT_KEYS),
                            .count = (PyLong_AsSsize_t(size) - DICT_SIZE) / 8};
    return 0;
}

/* The place of the next entry that has this key and value; NULL if it is not laid out as expected. */
static PyObject **find_entry(struct table *table, PyObject *key, PyObject *value)
{
    for (Py_ssize_t i = table->at ? table->at : 1; i + 1 < table->count; i++)
        if (table->words[i] == key && table->words[i + 1] == value) {
            table->at = i + 2;
            return &table->words[i];
        }
    return NULL;
}

/* The hash of a key without asking the key. 0 found, 1 not. */
static int hash_of_entry(struct table *table, PyObject *key, PyObject *value, Py_hash_t *hash)
{
    if (PyUnicode_CheckExact(key)) {
        *hash = PyObject_Hash(key);
        return 0;
    }
    PyObject **entry = find_entry(table, key, value);
    if (!entry)
        return 1;
    *hash = (Py_hash_t)entry[-1];
    return 0;
}

/* ---- the dict made anew ---- */

struct remake {
    struct plan *p;
    PyObject *dict;
    PyObject *goal;
    PyObject *places;     /* list: what stands in the goal for each key */
    struct ptrlist keys;  /* a: the key as it shall be, b: its value */
    struct ptrmap by_key; /* key -> its index */
    bool lasting;
};

/* Stands for a key while the goal is made: it compares by identity, so no code of a key is asked. */
static PyObject *new_place(struct remake *r)
{
    PY_AUTO PyObject *place = PyObject_CallFunctionObjArgs((PyObject *)&PyBaseObject_Type, NULL);
    return place && PyList_Append(r->places, place) == 0 ? place : NULL;
}

static int put_entry(struct remake *r, PyObject *key, PyObject *value, Py_hash_t hash)
{
    Py_ssize_t i = ptrmap_get(&r->by_key, key);
    PyObject *place = i >= 0 ? PyList_GetItem(r->places, i) : new_place(r);

    if (!place)
        return -1;
    if (i >= 0) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what is in by_key is in keys */
        r->keys.items[i].b = value;
    } else if (ptrmap_set(&r->by_key, key, r->keys.count) < 0) {
        return -1;
    } else if (ptrlist_add(&r->keys, key, value) < 0) {
        return PyErr_NoMemory(), -1;
    }
    return _PyDict_SetItem_KnownHash(r->goal, place, value, hash);
}

/* 1: the dict is left as it is. */
static int take_entry(struct remake *r, struct table *table, PyObject *key, PyObject *value)
{
    PyObject *new_key = successor(r->p, key), *new_value = successor(r->p, value);
    Py_hash_t hash;

    if (new_key != key || new_value != value)
        holder_count(r->p, new_key ? new_value : NULL);
    if ((new_key != key && !is_new(r->p, key)) || (new_value != value && !is_new(r->p, value)))
        r->lasting = false;
    if (!new_key || !new_value)
        return 0;
    if (is_rekeyed(r->p, key) && !keeps_hash(r->p, key)) {
        PY_AUTO PyObject *future = future_of(r->p, key);
        if (!future)
            return PyErr_Occurred() ? -1 : 1;
        hash = PyObject_Hash(future);
        find_entry(table, key, value);
    } else if (hash_of_entry(table, key, value, &hash)) {
        return 1;
    }
    return put_entry(r, new_key, new_value, hash);
}

/* Puts the keys where their places stand. The goal is nobody else's yet. */
static int place_keys(struct remake *r)
{
    struct table table;

    if (open_table(r->goal, &table) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < r->keys.count; i++) {
        PyObject *place = PyList_GetItem(r->places, i);
        PyObject **entry = find_entry(&table, place, r->keys.items[i].b);
        if (!entry) {
            PyErr_SetString(PyExc_RuntimeError,
                            "this Python lays out dicts in a way unknown to reimport");
            return -1;
        }
        *entry = py_new(r->keys.items[i].a);
        Py_DecRef(place); /* the list holds another reference */
    }
    return 0;
}

static int remake_dict(struct remake *r)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    struct table table;

    if (open_table(r->dict, &table) < 0)
        return -1;
    while (PyDict_Next(r->dict, &at, &key, &value)) {
        int rc = take_entry(r, &table, key, value);
        if (rc != 0)
            return rc;
    }
    return place_keys(r);
}

static int swap_remade(struct remake *r)
{
    if (journal_prepare_swap(r->goal) < 0 || journal_prepare_swap(r->dict) < 0 ||
        journal_add(&r->p->journal, J_DICTSWAP, r->dict, NULL, 0, NULL, r->goal) < 0)
        return -1;
    r->p->journal.entries[r->p->journal.count - 1].lasting = r->lasting;
    return 0;
}

static int mend_keys(struct plan *p, PyObject *dict)
{
    PY_AUTO PyObject *goal = PyDict_New();
    PY_AUTO PyObject *places = PyList_New(0);
    struct remake r = {.p = p, .dict = dict, .goal = goal, .places = places, .lasting = true};
    int rc = goal && places ? remake_dict(&r) : -1;

    ptrlist_free(&r.keys);
    ptrmap_free(&r.by_key);
    if (rc == 1)
        return spoil_cache(p, dict)
                   ? 0
                   : plan_leave(p, dict, NULL, "a key's hash is computed by Python code");
    return rc < 0 ? -1 : swap_remade(&r);
}

/* An OrderedDict keeps a list of its own beside the table: made anew through its own type, whose
 * assignment asks each key for its hash. */
static int mend_ordered_keys(struct plan *p, PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(dict, &at, &key, &value)) {
        PY_AUTO PyObject *future = future_of(p, key);
        if (!future)
            return PyErr_Occurred()
                       ? -1
                       : plan_leave(p, dict, key, "a key's hash is computed by Python code");
        if (future != key && future != successor(p, key))
            return plan_leave(p, dict, key, "a key of an OrderedDict whose contents change");
    }
    PY_AUTO PyObject *goal = PyObject_CallFunctionObjArgs((PyObject *)&PyODict_Type, NULL);
    PY_AUTO PyObject *order = goal ? PySequence_List(dict) : NULL;
    bool lasting = true;
    for (Py_ssize_t i = 0; order && i < PyList_Size(order); i++) {
        key = PyList_GetItem(order, i);
        value = PyDict_GetItemWithError(dict, key);
        PyObject *new_key = successor(p, key), *new_value = successor(p, value);
        if (new_key != key || new_value != value)
            holder_count(p, new_key ? new_value : NULL);
        if ((new_key != key && !is_new(p, key)) || (new_value != value && !is_new(p, value)))
            lasting = false;
        if (new_key && new_value && PyObject_SetItem(goal, new_key, new_value) < 0)
            return -1;
    }
    if (!order || journal_add(&p->journal, J_DICTSWAP, dict, NULL, 0, NULL, goal) < 0)
        return -1;
    p->journal.entries[p->journal.count - 1].lasting = lasting;
    return 0;
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

int mend_dict(struct plan *p, PyObject *dict)
{
    Py_ssize_t type = ptrmap_get(&p->type_dicts, dict), at = 0;
    PyObject *key, *value;

    if (type >= 0)
        return mend_type_dict(p, p->types.items[type].a, dict);
    while (PyDict_Next(dict, &at, &key, &value))
        if (is_rekeyed(p, key)) {
            if (Py_TYPE(dict) == &PyODict_Type)
                return mend_ordered_keys(p, dict);
            if (PyObject_TypeCheck(dict, &PyODict_Type))
                return plan_leave(p, dict, key, "a key in a subclass of OrderedDict");
            return mend_keys(p, dict);
        }
    for (at = 0; PyDict_Next(dict, &at, &key, &value);) {
        PyObject *goal = successor(p, value);
        if (goal != value && !is_taken(p, dict, key) && !names_subclass(key, value) &&
            holder_change(p, J_DICTVALUE, dict, key, 0, value, goal) < 0)
            return -1;
    }
    return 0;
}
