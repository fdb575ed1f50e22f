/* A hash map from addresses to numbers, and a growing array of them. Raw memory: filling one never
 * starts a collection. A map does not own what it names. */
#ifndef REIMPORT_PTRMAP_H
#define REIMPORT_PTRMAP_H

#include "py.h"
#include <stdbool.h>

struct ptrmap {
    struct ptrmap_slot {
        const void *key; /* NULL: free */
        Py_ssize_t value;
    } * slots;
    size_t mask; /* number of slots - 1, or 0 without memory */
    size_t used;
};

/* Sets key to value. -1 with MemoryError. Key must not be NULL. */
int ptrmap_set(struct ptrmap *map, const void *key, Py_ssize_t value);
/* The value of key, or -1 if it has none. */
Py_ssize_t ptrmap_get(const struct ptrmap *map, const void *key);
static inline bool ptrmap_has(const struct ptrmap *map, const void *key)
{
    return ptrmap_get(map, key) >= 0;
}
void ptrmap_free(struct ptrmap *map);
/* Makes `map` hold what `from` holds, and nothing else. -1 with MemoryError. */
int ptrmap_copy(struct ptrmap *map, const struct ptrmap *from);

/* `items`, an array of `room` with `count` in use, with room for one more: at least for `first`, then for twice as
 * many. NULL without memory: no exception is set, and all is as it was. */
void *array_grown(void *items, Py_ssize_t count, Py_ssize_t *room, Py_ssize_t first, size_t size);

/* An array of pairs of addresses. */
struct ptrlist {
    struct ptrpair {
        PyObject *a, *b;
    } * items;
    Py_ssize_t count, room;
};

/* Appends; returns -1 without memory and sets no exception (it runs inside collector callbacks). */
int ptrlist_add(struct ptrlist *list, PyObject *a, PyObject *b);
void ptrlist_free(struct ptrlist *list);

#endif
