/* Which code of a new source follows which live code object, by qualified name and position, without
 * the old source: see codematch.c for the rules. */
#ifndef REIMPORT_CODEMATCH_H
#define REIMPORT_CODEMATCH_H

#include "codegroup.h"
#include "codes.h"
#include "codetree.h"

/* A code object that live functions have. */
struct live_code {
    PyObject *code, *function; /* borrowed; a function that has it */
    PyObject *qualname;        /* owned; NULL if it cannot be told (before 3.11) */
    long line;
    Py_ssize_t next;     /* in chains of one qualified name, or -1 */
    PyObject *successor; /* borrowed; NULL: none, because of `reason` */
    const char *reason;
    bool nested; /* in the code of another live function */
};

struct match {
    struct code_tree *tree; /* of the new source; its marks `taken` are set */
    PyObject *shadowed;  /* set of line numbers: definitions that a later one replaces; or NULL */
    struct codes *codes; /* gets every pair that is not the same to the last line number */
    PyObject *made;      /* list: successors that are not the compiler's own; or NULL */
    struct live_code *lives; /* in the order of their lines */
    Py_ssize_t count, room;
    Py_ssize_t added;      /* how many of them match_all() has not seen */
    struct ptrmap by_code; /* code -> index in lives */
    struct ptrmap seen;    /* old code that was dealt with, nested code too -> enum match_seen */
};

enum match_seen { SEEN_MATCHED = 1, SEEN_ALONE };

extern const char match_not_in_source[];

/* Adds the code of a live function, once. */
int match_add(struct match *m, PyObject *function);
/* Matches what was added since. Runs no Python code. */
int match_all(struct match *m);
void match_free(struct match *m);

/* The qualified name that the code of `function` was compiled under. New reference; NULL without an
 * exception if it cannot be told. */
PyObject *live_qualname(PyObject *function);

/* 1 if the two code objects are the same to the last line number, 0 if not, -1 with an exception. */
int code_identical(PyObject *a, PyObject *b);
/* 1 if the two take the same parameters, by number, kind and name; 0; -1. */
int code_same_parameters(PyObject *a, PyObject *b);

#endif
