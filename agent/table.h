/* The words behind dicts and sets: each key with the hash that it was put in with, so that another table
 * can be made of them without asking a key for its hash, or keys whether they are equal. */
#ifndef REIMPORT_TABLE_H
#define REIMPORT_TABLE_H

#include "ptrmap.h"

/* One entry of a dict, or of a set (then the value is the key). Borrowed references. */
struct slot {
    PyObject *key, *value;
    Py_hash_t hash;
    Py_ssize_t
        place; /* the number of its entry, or of its place in a set's table, from 1; 0: it has none yet */
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

/* A dict of these entries, whose keys differ, ready to change places with another. New reference. `keeps_places`:
 * with gaps between them, as far as their order allows, so that an iterator over what they were read from finds
 * each where it was. `length`: at least so many entries, gaps in the end. */
PyObject *table_dict(const struct slots *slots, bool keeps_places, Py_ssize_t length);

/* Gives a dict that had no entry taken out at least so many entries, gaps in the end. */
int table_lengthen(PyObject *dict, Py_ssize_t length);

/* What can change places with the contents of the OrderedDict `like`, to hold these entries: a dict where its keys
 * stay, so that its iterators go on; else an OrderedDict. New reference. */
PyObject *table_ordered(PyObject *like, const struct slots *slots);

/* keyorder.c */
/* The keys of a dict as a tuple. New reference. */
PyObject *table_keys(PyObject *dict);
/* What the dict holds, what has one of these keys first, and in the order of that tuple. A new dict; NULL without
 * an exception if it has that order, or is not laid out as expected. */
PyObject *table_in_order(PyObject *dict, PyObject *keys);

#endif
