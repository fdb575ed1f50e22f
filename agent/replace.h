/* Replacing instances whose class gets another layout: see replace.c. */
#ifndef REIMPORT_REPLACE_H
#define REIMPORT_REPLACE_H

#include "plan.h"

/* Makes another instance for each that `hits` names with its class, and appends to `hits` who holds
 * them. Those that something unknown holds are unfit, and stay. */
int replace_instances(struct plan *p, struct ptrlist *hits);

/* The same for pairs that replace_pair() has made of instances that were there before. `chosen`: the old
 * ones, each with the number 0. */
int replace_find_holders(struct plan *p, struct ptrmap *chosen, struct ptrlist *hits);
int replace_pair(struct plan *p, PyObject *old, PyObject *new);

/* True for an instance in whose place another one comes. */
bool is_replaced(const struct plan *p, PyObject *o);

/* True for one that should be replaced, and stays as it is. */
bool is_unfit(const struct plan *p, PyObject *o);

/* It stays after all: one of its holders cannot take the other. What refers to it must be planned anew. */
int replace_give_up(struct plan *p, PyObject *old);

/* Once that is settled: moves what the old ones hold. */
int replace_carry(struct plan *p);

#endif
