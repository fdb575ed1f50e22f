/* What applies one entry of the journal, and takes it back: one setter for each kind, which puts `value` where
 * `expected` is. -1 with an exception if it cannot; the journal unwinds then. */
#ifndef REIMPORT_STEPS_H
#define REIMPORT_STEPS_H

#include "journal.h"

/* Of what must not stay as it is, a millisecond apart. */
#define STEP_TRIES_MAX 1000

typedef int (*step_setter)(struct entry *e, PyObject *expected, PyObject *value);

/* That of the kind; NULL for what only the record has. */
step_setter step_of(enum entry_kind kind);

/* -1, with the exception that tells of an object that is not as the plan had it. */
int step_changed_meanwhile(void);
/* True if try number `try`, from 0 on, of what must not stay as it is was not the last: for lack of memory there are
 * many, for another refusal (sys.addaudithook) a few. With the exception pending. */
bool step_may_retry(int try);
/* Between two tries: drops the exception. The GIL is kept, as nobody else may see what is half done. */
void step_wait(int try);

/* steptypes.c: classes, and what an object's class is */
int step_type_attribute(struct entry *e, PyObject *expected, PyObject *value);
int step_bases(struct entry *e, PyObject *expected, PyObject *value);
int step_class(struct entry *e, PyObject *expected, PyObject *value);
int step_metaclass(struct entry *e, PyObject *expected, PyObject *value);
int step_tell_modified(struct entry *e, PyObject *expected, PyObject *value);
int step_match(struct entry *e, PyObject *expected, PyObject *value);

/* stepswaps.c: containers whose contents change places */
int step_swap_dicts(struct entry *e, PyObject *expected, PyObject *value);
int step_swap_sets(struct entry *e, PyObject *expected, PyObject *value);
int step_swap_lists(struct entry *e, PyObject *expected, PyObject *value);
int step_swap_deques(struct entry *e, PyObject *expected, PyObject *value);
int step_order(struct entry *e, PyObject *expected, PyObject *value);

#endif
