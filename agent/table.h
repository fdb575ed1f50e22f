/* The words behind dicts and sets: each key with the hash that it was put in with, so that another table
 * can be made of them without asking a key for its hash, or keys whether they are equal. */
#ifndef REIMPORT_TABLE_H
#define REIMPORT_TABLE_H

#include "ptrmap.h"

/* One entry of a dict, or of a set (then the value is the key). Borrowed references. */
struct slot {
    PyObject *key, *value;
    Py_hash_t hash;
};

struct slots {
    struct slot *items;
    Py_ssize_t count, room;
};

/* Puts one in before number `at`, or appends it. -1 with MemoryError. */
int slots_insert(struct slots *slots, Py_ssize_t at, struct slot slot);
int slots_add(struct slots *slots, PyObject *key, PyObject *value, Py_hash_t hash);
void slots_remove(struct slots *slots, Py_ssize_t at);
void slots_free(struct slots *slots);

/* The entries of a dict in the order of its own, or of a set in any. 0; 1 if this dict is not laid out
 * as expected; -1. */
int table_read(PyObject *container, struct slots *slots);

/* A dict of these entries, whose keys differ. New reference. */
PyObject *table_dict(const struct slots *slots);

/* The keys of a dict as a tuple. New reference. */
PyObject *table_keys(PyObject *dict);
/* What the dict holds, what has one of these keys first, and in the order of that tuple. A new dict; NULL without
 * an exception if it has that order, or is not laid out as expected. */
PyObject *table_ordered(PyObject *dict, PyObject *keys);

/* Sets that are nobody else's yet. True if the item itself is in it. */
bool table_set_has(PyObject *set, PyObject *item);
/* `to` takes the place of `from`, which has the same hash. */
void table_set_replace(PyObject *set, PyObject *from, PyObject *to);
int table_set_drop(PyObject *set, PyObject *item);
int table_set_add(PyObject *set, PyObject *item, Py_hash_t hash);

#endif
