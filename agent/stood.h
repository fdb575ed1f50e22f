/* What stood where, before the import: in the lists, dicts and closures' variables that are nearest to the
 * modules of the set, those that their top levels can hardly miss. What the new top level put in the place of
 * something can so go back, after a failure or by an undo.
 *
 * Kept are references to what may have to stand there again, and nothing else: functions, classes, simple
 * values, instances of the set's classes, and what is made of these (methods, partials, tuples). A container
 * itself is known by its address only, and never looked at again from here. */
#ifndef REIMPORT_STOOD_H
#define REIMPORT_STOOD_H

#include "ptrmap.h"

struct stood_place {
    const void *key; /* stood_key(); NULL: of a list or cell */
    PyObject *value;
    bool has_value; /* held; others are known by their address only */
};

struct stood_container {
    Py_ssize_t first, count;
    struct ptrmap keys; /* stoodback.c's own */
};

struct stood {
    struct stood_place *places; /* those of a container side by side, in its order */
    Py_ssize_t count, room;
    struct stood_container *containers;
    Py_ssize_t container_count, container_room;
    struct ptrmap of;     /* container -> its index */
    struct ptrmap ghosts; /* what nobody else holds any more; stood_settle() */
    bool settled;
};

/* `namespaces`: those of the set's modules, whose own entries are not noted; `classes`: a list of the set's.
 * Looks at a bounded number of references, and lets go of the GIL now and then; gil_note_hold() has
 * *longest_ms each time. -1 with MemoryError. */
int stood_note(struct stood *stood, const struct ptrmap *namespaces, PyObject *classes,
               double *longest_ms);
/* What tells a key of a dict from its other keys, without being a reference to it: of a str the hash, of others
 * the address. Strings that are equal have the same; that two of one dict have the same is as unlikely as a hash
 * of 64 bits is long. */
const void *stood_key(PyObject *key);
/* Releases all of it: may run finalizers. */
void stood_free(struct stood *stood);

/* Between these two, nobody runs but us, and what others hold is not held here: their references are all there
 * are, as if nothing had been noted. What nobody else holds, or only the last record, which goes too, is a ghost.
 * -1 with MemoryError, and then nothing is settled. */
int stood_settle(struct stood *stood);
void stood_unsettle(struct stood *stood);
bool stood_is_ghost(const struct stood *stood, PyObject *o);
/* Calls visit(object, arg) for each reference that is held here even so: those to classes, above all. A nonzero answer
 * ends it, and is returned. */
int stood_each_held(const struct stood *stood, int (*visit)(PyObject *, void *), void *arg);

/* True for a list, dict or cell that was there, and near. */
bool stood_knows(const struct stood *stood, PyObject *o);

/* What was under that key of the dict, or in the cell (then `key` is NULL); borrowed. NULL: not known. */
PyObject *stood_under(const struct stood *stood, PyObject *container, PyObject *key);

/* What were the items of the list, which has `items` now, one place for each. NULL: not known, or the list differs from
 * what it was in more than what is new in it. */
const struct stood_place *stood_items(const struct stood *stood, PyObject *list, PyObject *items,
                                      const struct ptrmap *new);

#endif
