/* What stood_note() takes an object for, asked once for each type. */
#ifndef REIMPORT_STOODKINDS_H
#define REIMPORT_STOODKINDS_H

#include "ptrmap.h"

enum {
    IS_MODULE = 1,
    IS_CONTAINER = 2, /* what it holds is looked at */
    IS_SIMPLE = 4,    /* may stand there again; the rest of these words, perhaps */
    IS_BUILTIN = 8,
    IS_REFERENCE = 16,
    IS_MADE = 32,
    IS_FUNCTION = 64,
    IS_CLASS = 128,
};

struct kinds {
    const struct ptrmap *namespaces; /* of the set's modules */
    struct ptrmap classes;           /* of the set */
    struct ptrmap types;             /* type -> kind; to be freed before one may have gone */
};

/* Some of the words above; 0 also without memory: such an object is passed over. */
Py_ssize_t kind_of(struct kinds *kinds, PyObject *o);

/* Others may be closed when they are let go, and so must not be held on to. */
bool may_stand_again(struct kinds *kinds, PyObject *o);

#endif
