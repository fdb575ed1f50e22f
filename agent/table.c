/* See table.h. */
#include "table.h"
#include "journal.h"
#include "layout.h"
#include "obj.h"

/* ---- lists of entries ---- */

int slots_insert(struct slots *slots, Py_ssize_t at, struct slot slot)
{
    void *items = array_grown(slots->items, slots->count, &slots->room, 16, sizeof(*slots->items));

    if (!items)
        return PyErr_NoMemory(), -1;
    slots->items = items;
    for (Py_ssize_t i = slots->count++; i > at; i--)
        slots->items[i] = slots->items[i - 1];
    slots->items[at] = slot;
    return 0;
}

int slots_add(struct slots *slots, PyObject *key, PyObject *value, Py_hash_t hash)
{
    return slots_insert(slots, slots->count,
                        (struct slot){.key = key, .value = value, .hash = hash});
}

void slots_remove(struct slots *slots, Py_ssize_t at)
{
    slots->count--;
    for (Py_ssize_t i = at; i < slots->count; i++)
        slots->items[i] = slots->items[i + 1];
}

void slots_free(struct slots *slots)
{
    PyMem_RawFree(slots->items);
    *slots = (struct slots){0};
}

/* ---- dicts: (hash, key, value) for each entry, in order (Objects/dictobject.c) ---- */

struct table {
    PyObject **words;
    Py_ssize_t count, at;
};

/* dict.__sizeof__ tells how long the table is, beside the object itself. */
static int open_table(PyObject *dict, struct table *table)
{
    PyObject *descriptor = obj_item(type_dict((PyObject *)&PyDict_Type), "__sizeof__");
    PY_AUTO PyObject *size =
        descriptor ? PyObject_CallFunctionObjArgs(descriptor, dict, NULL) : NULL;

    if (!size)
        return -1;
    *table = (struct table){
        .words = (PyObject **)*word_at(dict, DICT_KEYS),
        .count = (PyLong_AsSsize_t(size) - number_at(Py_TYPE(dict), TYPE_BASICSIZE)) / 8};
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

static int read_dict(PyObject *dict, struct slots *slots)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    struct table table;
    Py_hash_t hash;

    if (open_table(dict, &table) < 0)
        return -1;
    while (PyDict_Next(dict, &at, &key, &value)) {
        if (hash_of_entry(&table, key, value, &hash))
            return 1;
        if (slots_add(slots, key, value, hash) < 0)
            return -1;
        slots->items[slots->count - 1].place = at; /* as an iterator counts, too */
    }
    return 0;
}

/* An OrderedDict has a list of its own beside the table, of (key, hash, next, previous) for each entry
 * (Objects/odictobject.c): iterating over it would ask each key for its hash. */
enum { NODE_KEY = 0, NODE_HASH = 8, NODE_NEXT = 16 };

static void *first_node(PyObject *dict)
{
    return *word_at(dict, ODICT_FIRST);
}

static void *next_node(const void *node)
{
    return *word_at(node, NODE_NEXT);
}

static int sort_slots(PyObject *dict, const struct slots *unordered, const struct ptrmap *index,
                      struct slots *slots)
{
    for (const void *node = first_node(dict); node; node = next_node(node)) {
        Py_ssize_t at = ptrmap_get(index, *word_at(node, NODE_KEY));
        if (at < 0 || slots->count == unordered->count)
            return 1;
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what is in index is in unordered */
        struct slot slot = unordered->items[at];
        if (slot.hash != number_at(node, NODE_HASH))
            return 1;
        if (slots_add(slots, slot.key, slot.value, slot.hash) < 0)
            return -1;
    }
    return slots->count == unordered->count ? 0 : 1;
}

static int read_ordered(PyObject *dict, struct slots *slots)
{
    struct slots unordered = {0};
    struct ptrmap index = {0};
    int rc = read_dict(dict, &unordered);

    for (Py_ssize_t i = 0; rc == 0 && i < unordered.count; i++)
        rc = ptrmap_set(&index, unordered.items[i].key, i);
    if (rc == 0)
        rc = sort_slots(dict, &unordered, &index, slots);
    slots_free(&unordered);
    ptrmap_free(&index);
    return rc;
}

static int read_set(PyObject *set, struct slots *slots)
{
    PyObject **table = (PyObject **)*word_at(set, SET_TABLE);

    for (Py_ssize_t i = 0; i <= number_at(set, SET_MASK); i++) {
        PyObject *key = table[2 * i];
        Py_hash_t hash = (Py_hash_t)table[2 * i + 1];
        if (!key || hash == -1) /* -1: one was taken out */
            continue;
        if (slots_add(slots, key, key, hash) < 0)
            return -1;
        slots->items[slots->count - 1].place = i + 1;
    }
    return 0;
}

int table_read(PyObject *container, struct slots *slots)
{
    if (!PyDict_Check(container))
        return read_set(container, slots);
    return Py_TYPE(container) == &PyODict_Type ? read_ordered(container, slots)
                                               : read_dict(container, slots);
}

/* Stands for a key while a dict is made: it compares by identity, so no code of a key is asked. */
static PyObject *new_place(PyObject *places)
{
    PY_AUTO PyObject *place = PyObject_CallFunctionObjArgs((PyObject *)&PyBaseObject_Type, NULL);
    return place && PyList_Append(places, place) == 0 ? place : NULL;
}

/* Puts the keys where their places stand. */
static int place_keys(PyObject *dict, PyObject *places, const struct slots *slots)
{
    struct table table;

    if (open_table(dict, &table) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < slots->count; i++) {
        PyObject *place = PyList_GetItem(places, i);
        PyObject **entry = find_entry(&table, place, slots->items[i].value);
        if (!entry) {
            PyErr_SetString(PyExc_RuntimeError,
                            "this Python lays out dicts in a way unknown to reimport");
            return -1;
        }
        *entry = py_new(slots->items[i].key);
        Py_DecRef(place); /* the list holds another reference */
    }
    return 0;
}

static bool all_strings(const struct slots *slots)
{
    bool all = true;

    for (Py_ssize_t i = 0; all && i < slots->count; i++)
        all = PyUnicode_CheckExact(slots->items[i].key);
    return all;
}

/* How a dict is made of entries. */
struct making {
    PyObject *dict;
    PyObject *places; /* list: what stands for the keys; NULL if all are strings */
    PyObject *gaps;   /* list: keys that go in the end */
};

/* No code of a str can be asked for; and the interpreter is quicker with a dict that never had other
 * keys. */
static int put_entry(struct making *m, const struct slot *slot)
{
    if (!m->places)
        return PyDict_SetItem(m->dict, slot->key, slot->value);
    PyObject *place = new_place(m->places);
    return place ? _PyDict_SetItem_KnownHash(m->dict, place, slot->value, slot->hash) : -1;
}

static int put_gap(struct making *m)
{
    PY_AUTO PyObject *key =
        PyUnicode_FromFormat(" reimport: gap %zd of %p ", PyList_Size(m->gaps), m->gaps);

    return !key || PyList_Append(m->gaps, key) < 0 ? -1 : PyDict_SetItem(m->dict, key, Py_None);
}

/* For the entries from number `from` to `to`, without that. */
static int put_gaps(struct making *m, Py_ssize_t from, Py_ssize_t to)
{
    for (; from < to; from++)
        if (put_gap(m) < 0)
            return -1;
    return 0;
}

/* What is taken out of a dict leaves its entry empty, until the next one that needs room. */
static int open_gaps(struct making *m)
{
    for (Py_ssize_t i = 0; i < PyList_Size(m->gaps); i++)
        if (PyDict_DelItem(m->dict, PyList_GetItem(m->gaps, i)) < 0)
            return -1;
    return 0;
}

int table_lengthen(PyObject *dict, Py_ssize_t length)
{
    PY_AUTO PyObject *gaps = PyList_New(0);
    struct making m = {dict, NULL, gaps};

    return gaps && put_gaps(&m, PyDict_Size(dict), length) == 0 ? open_gaps(&m) : -1;
}

static bool is_in_order(const struct slots *slots)
{
    Py_ssize_t last = 0;

    for (Py_ssize_t i = 0; i < slots->count; i++) {
        Py_ssize_t place = slots->items[i].place ? slots->items[i].place : last + 1;
        if (place <= last)
            return false;
        last = place;
    }
    return true;
}

/* `length`: at least so many entries, gaps in the end. */
static int put_all(struct making *m, const struct slots *slots, bool keeps_places,
                   Py_ssize_t length)
{
    Py_ssize_t place = 1;

    for (Py_ssize_t i = 0; i < slots->count; i++, place++) {
        for (; keeps_places && place < slots->items[i].place; place++)
            if (put_gap(m) < 0)
                return -1;
        if (put_entry(m, &slots->items[i]) < 0)
            return -1;
    }
    if (put_gaps(m, place - 1, length) < 0)
        return -1;
    /* before the gaps, since one more entry may close them */
    return journal_prepare_swap(m->dict) < 0 ? -1 : open_gaps(m);
}

PyObject *table_dict(const struct slots *slots, bool keeps_places, Py_ssize_t length)
{
    PY_AUTO PyObject *dict = PyDict_New();
    PY_AUTO PyObject *places = PyList_New(0);
    PY_AUTO PyObject *gaps = PyList_New(0);
    struct making m = {dict, all_strings(slots) ? NULL : places, gaps};

    if (!dict || !places || !gaps ||
        put_all(&m, slots, keeps_places && is_in_order(slots), length) < 0 ||
        (m.places && place_keys(dict, places, slots) < 0))
        return NULL;
    return py_steal(&dict);
}

/* ---- ordered dicts ---- */

#define BYTES_HASH 24 /* the hash that a bytes object remembers (Include/cpython/bytesobject.h) */

/* An OrderedDict asks each key for its hash, but bytes only until they remember one. These are like no others. */
static PyObject *new_bytes(PyObject *places, Py_hash_t hash)
{
    PY_AUTO PyObject *text =
        PyUnicode_FromFormat(" reimport: place %zd of %p ", PyList_Size(places), places);
    PY_AUTO PyObject *place = text ? PyUnicode_AsUTF8String(text) : NULL;

    if (!place)
        return NULL;
    *word_at(place, BYTES_HASH) = (PyObject *)(intptr_t)hash;
    return PyList_Append(places, place) == 0 ? place : NULL;
}

static int place_nodes(PyObject *dict, PyObject *places, const struct slots *slots)
{
    const void *node = first_node(dict);

    for (Py_ssize_t i = 0; i < slots->count; i++, node = next_node(node)) {
        PyObject *place = PyList_GetItem(places, i);
        if (!node || *word_at(node, NODE_KEY) != place ||
            number_at(node, NODE_HASH) != slots->items[i].hash) {
            PyErr_SetString(PyExc_RuntimeError,
                            "this Python lays out ordered dicts in a way unknown to reimport");
            return -1;
        }
        *word_at(node, NODE_KEY) = py_new(slots->items[i].key);
        Py_DecRef(place); /* the list holds another reference */
    }
    return 0;
}

static PyObject *new_ordered(const struct slots *slots)
{
    PY_AUTO PyObject *dict = PyObject_CallFunctionObjArgs((PyObject *)&PyODict_Type, NULL);
    PY_AUTO PyObject *places = PyList_New(0);

    for (Py_ssize_t i = 0; dict && places && i < slots->count; i++) {
        PyObject *place = new_bytes(places, slots->items[i].hash);
        if (!place || PyODict_SetItem(dict, place, slots->items[i].value) < 0)
            return NULL;
    }
    if (!dict || !places || place_keys(dict, places, slots) < 0 ||
        place_nodes(dict, places, slots) < 0)
        return NULL;
    return py_steal(&dict);
}

static bool same_keys(const struct slots *a, const struct slots *b)
{
    bool same = a->count == b->count;

    for (Py_ssize_t i = 0; same && i < a->count; i++)
        same = a->items[i].key == b->items[i].key && a->items[i].hash == b->items[i].hash;
    return same;
}

/* The same keys, in the order of the table, which need not be that of the list. */
static PyObject *dict_beside(PyObject *ordered, const struct slots *slots)
{
    struct slots now = {0};
    struct ptrmap index = {0};
    int rc = read_dict(ordered, &now);
    PyObject *dict = NULL;

    for (Py_ssize_t i = 0; rc == 0 && i < slots->count; i++)
        rc = ptrmap_set(&index, slots->items[i].key, i);
    for (Py_ssize_t i = 0; rc == 0 && i < now.count; i++)
        now.items[i].value = slots->items[ptrmap_get(&index, now.items[i].key)].value;
    if (rc == 0)
        dict = table_dict(&now, false, 0);
    slots_free(&now);
    ptrmap_free(&index);
    return dict;
}

PyObject *table_ordered(PyObject *like, const struct slots *slots)
{
    struct slots now = {0};
    int rc = table_read(like, &now);
    bool same = rc == 0 && same_keys(&now, slots);

    slots_free(&now);
    return rc < 0 ? NULL : same ? dict_beside(like, slots) : new_ordered(slots);
}
