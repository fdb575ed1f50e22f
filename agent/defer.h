/* What a reimport lets go of while it holds import locks. It is released when no lock is held any more: a finalizer may
 * end a thread that imports one of these modules, and waits for it. */
#ifndef REIMPORT_DEFER_H
#define REIMPORT_DEFER_H

#include "journal.h"

enum { DEFER_JOURNALS = 2 }; /* of the commit; or of sys.modules and of what was forgotten */

struct deferred {
    PyObject *objects; /* list, or NULL */
    struct journal journals[DEFER_JOURNALS];
};

/* Has `o` live until deferred_release(); NULL is nothing. -1 with MemoryError. */
int defer(struct deferred *d, PyObject *o);

/* The same for all that an applied journal holds, which it takes over: *j is empty then. Never fails. */
void defer_journal(struct deferred *d, struct journal *j);

/* Adds to `handled` what these hold everything in. -1 with MemoryError. */
int deferred_note(const struct deferred *d, struct ptrmap *handled);

/* Runs finalizers. Keeps the pending exception. */
void deferred_release(struct deferred *d);

#endif
