/* Code objects: what is the same but for its lines, and which new one takes the place of which old. */
#ifndef REIMPORT_CODES_H
#define REIMPORT_CODES_H

#include "ptrmap.h"
#include <stdbool.h>

/* 1 if the two do the same (line numbers and file aside), 0 if not, -1 with an exception. */
int code_same(PyObject *a, PyObject *b);

/* The same for values: 1 also where two objects of one type cannot be compared without running Python
 * code. */
int value_same(PyObject *a, PyObject *b);

/* True for a str, bytes, int, float or bool, and not of a subclass. */
bool is_scalar(PyObject *o);

/* The new reference to attribute `name` of a code object (its getters run no Python code). */
PyObject *code_get(PyObject *code, const char *name);

/* Old code objects and their successors. Borrowed references. */
struct codes {
    struct ptrlist pairs;
    struct ptrmap by_old, unclear; /* unclear: code that could be followed by several */
};

/* Notes that `new` follows `old`, and the same for what is nested in them: functions, lambdas,
 * comprehensions and class bodies, each where that can be told (codegroup.c). What is already noted
 * stays. -1 with an exception. */
int codes_pair(struct codes *codes, PyObject *old, PyObject *new);
/* Notes that one pair, unconditionally. */
int codes_note(struct codes *codes, PyObject *old, PyObject *new);

/* The successor of `old`, borrowed, or NULL. */
PyObject *codes_successor(const struct codes *codes, PyObject *old);
/* Why `old`, which has no successor, may have one that could not be told; NULL if that is not so. */
const char *codes_unclear(const struct codes *codes, PyObject *old);
void codes_free(struct codes *codes);

#endif
