/* New bases for several classes that derive from each other or from the same ones. CPython checks each assignment on
 * its own, against what the other classes are by then (Objects/typeobject.c, type_set_bases): it computes the mro of
 * all that derives from the class, compares layouts and looks for cycles. So it may refuse one half way that
 * leads where all is in order. */
#ifndef REIMPORT_BASES_H
#define REIMPORT_BASES_H

#include "journal.h"

/* -1, and something is lost: not all classes have the bases that they had. */
enum { BASES_LOST = -2 };

/* True if that entry was refused, with the exception that is pending, for what may be another once more classes
 * have their bases. */
bool bases_may_wait(const struct entry *e);

/* Gives all owners of the journal's J_BASES entries the new ones or, with `back`, those that were applied the old
 * ones, and marks the entries. Drops the pending exception. On failure an exception, and the bases are those of
 * before, for -1. */
int bases_assign(struct journal *j, bool back);

#endif
