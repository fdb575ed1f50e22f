/* Mending the holders of references: one function for each kind of holder, in hold_*.c; refs.c finds
 * the holders and chooses. All plan journal entries; none changes anything. */
#ifndef REIMPORT_HOLDERS_H
#define REIMPORT_HOLDERS_H

#include "plan.h"

/* What stands for `o` after the commit; NULL: nothing, the reference is to go. Borrowed. */
PyObject *successor(const struct plan *p, PyObject *o);
/* The same, or `o` itself where there is nothing. */
PyObject *successor_or_self(const struct plan *p, PyObject *o);
/* What is in the place of `o` after the commit, by the journal of an undo, too. Borrowed, or NULL. */
PyObject *next_in_place(const struct plan *p, PyObject *o);
/* True if `o` came with the import and will not stay: a reference to it is mended for good. */
bool is_new(const struct plan *p, PyObject *o);

/* Plans one change of a reference from `old` to `goal` (NULL: removed) and counts it. */
int holder_change(struct plan *p, enum entry_kind kind, PyObject *owner, PyObject *key,
                  Py_ssize_t index, PyObject *old, PyObject *goal);
void holder_count(struct plan *p, PyObject *goal);

/* hold_dict.c */
int mend_dict(struct plan *p, PyObject *dict);
/* hold_seq.c */
int mend_list(struct plan *p, PyObject *list);
int mend_set(struct plan *p, PyObject *set);
int mend_deque(struct plan *p, PyObject *deque);
/* Gives each object that takes the place of an item and may be in the list as well a number: 1 if it is, or 0. -1 with
 * MemoryError. */
int list_find_there(const struct plan *p, PyObject *list, struct ptrmap *there);
/* What stands for an item of that list after the commit; NULL: it goes. Borrowed. */
PyObject *list_goal(const struct plan *p, const struct ptrmap *there, PyObject *item);
/* The items, read past what a subclass defines. A new list. */
PyObject *deque_items(PyObject *deque);
/* collections.deque, if `o` is one or of a subclass, or NULL. */
PyTypeObject *deque_type(PyObject *o);
/* hold_any.c */
int mend_cell(struct plan *p, PyObject *cell);
int mend_class(struct plan *p, PyObject *type);
int mend_class_of(struct plan *p, PyObject *o);
int mend_other(struct plan *p, PyObject *o);
/* Lets the context variables that `holder` is, or holds, look up a value anew that is to go. */
int forget_values(struct plan *p, PyObject *holder);
/* What an instance of a subclass of the container `base` holds beside its items. */
int mend_beside(struct plan *p, PyObject *container, PyTypeObject *base);

/* refs.c: the record of the reimport before this one holds what it replaced, and goes with the commit: it
 * need not follow. */
int spare_record(struct plan *p);
/* refs.c: lets every holder in `hits` follow, and those whose hash changes with them. */
int plan_holders(struct plan *p, struct ptrlist *hits);

/* keepalive.c: finds the containers that must not be changed; then tells whether `o` is one. */
int find_keepalives(struct plan *p);
bool is_keepalive(const struct plan *p, PyObject *o);

/* ---- attribute.c: what an instance has of a name ---- */

/* What the class has of that name, but for `object`; borrowed, or NULL. *home: the class of the mro that has it. */
PyObject *class_value(PyTypeObject *type, PyObject *name, PyObject **home);
/* True if attributes of such instances are looked up as usual. */
bool has_plain_lookup(PyTypeObject *type);
/* True if nothing that the class has of that name runs Python code when it is asked for. */
bool is_quiet_attribute(PyObject *o);
/* What the instance itself has of that name; borrowed, or NULL, where that cannot be told as well. `slot`:
 * where its class has a slot of that name, or -1; `found`: class_value(). */
PyObject *own_value(PyObject *o, PyObject *name, Py_ssize_t slot, PyObject *found);

/* ---- hash.c: keys whose hash changes ---- */

/* True if the hash of this holder follows from what it holds: tuples, frozensets, bound methods. */
bool hash_follows(PyObject *o);
/* True if as a key or item `o` must be put in anew: another object takes its place, or its hash will be
 * another (plan.rehashed). */
bool is_rekeyed(const struct plan *p, PyObject *o);
/* An object that hashes now as `o` will after the commit: its successor, a copy made of successors, or
 * the name of a member of an Enum. New reference; NULL without an exception: only Python code could tell its hash. */
PyObject *future_of(struct plan *p, PyObject *o);

/* True for an instance in whose place another one comes, if Python code tells its hash, and the other one has
 * the same. False also with MemoryError. */
bool keeps_hash(struct plan *p, PyObject *o);
/* hashkept.c: true if Python code tells the hash of `from`, and after the commit that of `to`, which takes its place,
 * will be the same by all that can be read in that code. It may stay (`to` is `from`), and what it holds be switched.
 * False also with MemoryError. */
bool hash_carries(struct plan *p, PyObject *from, PyObject *to);
/* keyed.c: looks through the heap for which of the objects in `sought`, each with the number 0, are keys or items of
 * sets, or are in what is: these get the number 1. -1 with an exception. */
int find_keyed(const struct plan *p, struct ptrmap *sought);
/* Plans what each tuple in plan.rehashed shall remember as its hash. */
int plan_tuple_hashes(struct plan *p);
/* True if the hash of `o` can be told without running Python code. */
bool has_plain_hash(PyObject *o);
/* True if a method written in Python tells it. */
bool has_coded_hash(PyObject *o);
/* owners.c: appends to `hits` (instance, object) for each replaced object that a dict in `hits` holds, if that is the
 * dict of an instance with a coded hash. */
int find_owners(struct plan *p, struct ptrlist *hits);

#endif
