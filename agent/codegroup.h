/* Which of several pieces of code of one name and kind follows which: see codegroup.c for the rules. */
#ifndef REIMPORT_CODEGROUP_H
#define REIMPORT_CODEGROUP_H

#include "ptrmap.h"

/* What is known of code that stands before or after an item. */
struct shift {
    bool known;
    long line, moved; /* where it stood; by how many lines it has moved */
};

struct item {
    PyObject *code; /* borrowed; NULL once it has a partner */
    long line;
    /* of old items: */
    long moved;                 /* by how many lines, once it has a partner */
    struct shift before, after; /* the nearest code whose partner is known */
    /* set by group_number(), as is open_alike: */
    Py_ssize_t alike, parameters; /* the same numbers: it does the same; it takes the same */
    bool shadowed;                /* a later definition replaces it */
};

struct side {
    struct item *items; /* in the order of their lines */
    Py_ssize_t count, open;
};

/* All old and new code that goes by one name and is of one kind. */
struct group {
    struct side old, new;
    Py_ssize_t *open_alike; /* by number: how many of the new are open that do the same; owned */
};

/* What is done with what is found. Both return 0, or -1 with an exception, and get `arg`. */
struct matching {
    int (*pair)(void *arg, PyObject *old, PyObject *new); /* `new` follows `old` */
    int (*done)(void *arg, const struct group *g);        /* a group of nested code is through */
    void *arg;
    PyObject *shadowed; /* set of line numbers: definitions that a later one replaces; or NULL */
};

/* Why code stays unmatched: there is more than one that it could belong to. */
extern const char match_ambiguous[];

/* Adds an item. -1 with an exception. */
int side_add(struct side *side, struct item item);
void group_free(struct group *g);

/* Pairs what can be told. -1 with an exception; no Python code runs. */
int group_match(const struct matching *m, struct group *g);

/* Numbers the items of both sides, so that thousands need not be compared each with each. -1 with an
 * exception. */
int group_number(struct group *g, PyObject *shadowed);

/* Pairs the code objects nested directly in `old` with those in `new`, group by group; those that
 * `skip_old` and `skip_new` have count for nothing. -1 with an exception. */
int nested_match(const struct matching *m, PyObject *old, PyObject *new,
                 const struct ptrmap *skip_old, const struct ptrmap *skip_new);

/* The parameters of a code object, by number, kind and name, as a tuple. New reference. */
PyObject *code_parameters(PyObject *code);

#endif
