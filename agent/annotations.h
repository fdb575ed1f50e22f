/* Annotations that the interpreter keeps in another form once they were read: of a function as a tuple
 * until then (3.10 to 3.13); of functions and classes only as what computes them (3.14 on); and an empty
 * dict where there are none. */
#ifndef REIMPORT_ANNOTATIONS_H
#define REIMPORT_ANNOTATIONS_H

#include "plan.h"

/* What is in the place of an entry now, borrowed, if the interpreter alone has made it of what the
 * entry expects there; otherwise NULL. Asks nothing of any object. */
PyObject *annotations_read(const struct entry *e);

/* For the record: that those of the function or class `old`, which gets the contents of `new`, were not read,
 * as it is to be after an undo. */
int annotations_note(struct journal *j, PyObject *old, PyObject *new);

/* Plans that those are computed anew whose function gets another code in the journal (3.14 on), but for those that
 * it changes already. */
int plan_annotations(struct plan *p);

#endif
