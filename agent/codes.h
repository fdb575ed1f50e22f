/* Code objects: what is the same but for its lines, and which new one takes the place of which old. */
#ifndef REIMPORT_CODES_H
#define REIMPORT_CODES_H

#include "ptrmap.h"

/* 1 if the two do the same (line numbers and file aside), 0 if not, -1 with an exception. */
int code_same(PyObject *a, PyObject *b);

/* The same for values: 1 also where two objects of one type cannot be compared without running Python
 * code. */
int value_same(PyObject *a, PyObject *b);

/* The new reference to attribute `name` of a code object (its getters run no Python code). */
PyObject *code_get(PyObject *code, const char *name);

/* Old code objects and their successors. Borrowed references. */
struct codes {
    struct ptrlist pairs;
    struct ptrmap by_old;
};

/* Notes that `new` follows `old`, and the same for what is nested in them: functions, lambdas,
 * comprehensions and class bodies, matched by name, and by position among those of one name. What is
 * already noted stays. */
int codes_pair(struct codes *codes, PyObject *old, PyObject *new);
/* Notes that one pair, unconditionally. */
int codes_note(struct codes *codes, PyObject *old, PyObject *new);

/* The successor of `old`, borrowed, or NULL. */
PyObject *codes_successor(const struct codes *codes, PyObject *old);
void codes_free(struct codes *codes);

#endif
