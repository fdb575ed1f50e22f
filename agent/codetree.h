/* The functions of a new source, before any of them exists: the code objects nested in its top level,
 * under their qualified names. */
#ifndef REIMPORT_CODETREE_H
#define REIMPORT_CODETREE_H

#include "ptrmap.h"

struct code_node {
    PyObject *code;     /* borrowed: the top level holds it */
    PyObject *qualname; /* owned */
    long line;          /* its first */
    bool function;      /* not a class body */
    bool taken;         /* for the matching: it follows some live code */
    /* beside all the live code that it follows: */
    bool changed;       /* it does something else */
    bool other_closure; /* its free variables are not the same */
    bool other_parameters;
    bool updated; /* a function got it, and it does something else */
    Py_ssize_t
        next; /* the next node of the same qualified name, in the order of the source, or -1 */
};

struct code_tree {
    struct code_node *nodes;
    Py_ssize_t count, room;
    struct ptrmap by_code; /* code -> index */
    PyObject *by_name;     /* dict, qualified name -> index of the first node of that name */
};

/* Fills a zeroed tree with everything nested in `top`, a module's code. -1 with an exception; free it
 * in any case. */
int code_tree_build(struct code_tree *tree, PyObject *top);
void code_tree_free(struct code_tree *tree);

/* The index of the first node of that qualified name, or -1 (without an exception). */
Py_ssize_t code_tree_find(const struct code_tree *tree, PyObject *qualname);

/* True if `code` is that of a function, lambda or comprehension; false for class bodies. */
bool code_is_function(PyObject *code);
/* Attribute `name` of a code object as a number; -1 with an exception. */
long code_number(PyObject *code, const char *name);

#endif
