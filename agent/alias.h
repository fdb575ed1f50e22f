/* Type aliases (3.12 on), which keep the value that a function of theirs has computed. */
#ifndef REIMPORT_ALIAS_H
#define REIMPORT_ALIAS_H

#include "plan.h"

/* Plans that those in p->aliases compute anew whose function gets another code in the journal. */
int plan_aliases(struct plan *p);

/* The value, borrowed, that an alias has computed since the entry found it without; otherwise NULL. */
PyObject *alias_computed(const struct entry *e);

#endif
