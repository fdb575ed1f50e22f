/* References that no traversal shows: of a list that is being sorted, of C code that gives the collector no account of
 * what it holds, of a database that calls a function. What is changed in place, they follow; what another object
 * replaces, or is no longer defined, they keep, and the report has to say so. */
#ifndef REIMPORT_UNSEEN_H
#define REIMPORT_UNSEEN_H

#include "plan.h"

/* Reports each object that is to go and has more references than all that can be found: `hits` has what the heap holds,
 * as of now. To be called before anything else is made that refers to such objects. */
int plan_unseen(struct plan *p, const struct ptrlist *hits);

#endif
