/* --code-only: the code of live functions is swapped for that of the new source, and nothing else is
 * touched; no top level runs. */
#ifndef REIMPORT_CODEONLY_H
#define REIMPORT_CODEONLY_H

#include "codematch.h"
#include "plan.h"

/* What belongs to one unit. */
struct code_unit {
    const struct unit *unit;
    struct code_tree tree;
    struct match match;
    PyObject *survey;   /* beyond.py's view of the source, None if it cannot be told; owned */
    PyObject *shadowed; /* for the match; owned */
    PyObject *defaults; /* dict, see beyond.py; NULL if they cannot be told; owned */
    PyObject *beyond;   /* list of {what, name}: what the new source changes beyond code; owned */
    Py_ssize_t swapped;
    bool loosely; /* no live function has the file name that is expected */
};

struct code_plan {
    struct plan p;
    struct code_unit *units; /* as many as r has */
    PyObject *script;        /* beyond.py's namespace; owned */
    struct ptrlist held;     /* a: a container that holds code b by itself; both are in `keep` */
    PyObject
        *keep; /* list of what the matching refers to: it goes on while other threads run; owned */
};

/* beyond.c. Adds one entry to the list. */
int beyond_add(struct code_unit *cu, PyObject *what, PyObject *name);
/* Looks at the unit's source, for what it says beside code. Runs Python code. */
int beyond_survey(struct code_plan *c, struct code_unit *cu);
/* Fills `beyond` and `defaults`, when the unit is matched. Runs Python code. */
int beyond_compare(struct code_plan *c, struct code_unit *cu);

/* codeheld.c. Finds the containers that hold matched code by itself; then, when no Python code can run
 * any more, plans their change. */
int held_find(struct code_plan *c);
int held_plan(struct code_plan *c);

#endif
