/* What a reimport leaves in the process: plain Python objects in the interpreter's own dict
 * (PyInterpreterState_GetDict), so that --undo and --status find them later, from another agent. */
#ifndef REIMPORT_STATE_H
#define REIMPORT_STATE_H

#include "codes.h"
#include "journal.h"

/* The record of the last reimport in this interpreter: a dict with `op` (str), `when` (float, seconds
 * since the epoch), `modules` (list of str), `namespaces` (list: the dict of each of them, or None),
 * `journal` (journal_freeze()), `codes` (list of (old, new) pairs), `replaced` (list of weak references to all
 * code objects ever replaced and still alive),
 * `switched` (list of (old, new): what took the place of what), `carried` (those of them that are
 * instances whose contents moved).
 * Borrowed; NULL without an exception if there is none. */
PyObject *state_last(void);

/* True if the last reimport put one object in the place of another. */
bool state_has_switched(void);

/* Makes the record of a reimport that is about to be committed. `left`: codes whose functions keep them,
 * so that an undo or a redo must not go by their successors. New reference. */
PyObject *state_make(const char *op, PyObject *modules, const struct journal *journal,
                     const struct codes *codes, const struct ptrmap *left);

/* Makes sure that state_put() needs no memory. */
int state_reserve(void);

/* Puts the record in place; after state_reserve() it cannot fail. Returns what was there before, a new
 * reference, to be released when nothing is half done; or NULL. */
PyObject *state_put(PyObject *record);

/* Adds to `map` every code object that was replaced in earlier reimports and is still alive (new
 * references are appended to `keep`). */
int state_replaced(struct ptrmap *map, PyObject *keep);

#endif
