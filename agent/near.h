/* Names that resemble one that was not found. */
#ifndef REIMPORT_NEAR_H
#define REIMPORT_NEAR_H

#include "obj.h"

/* The keys of `dict` that look most like `name`, best first, three at most: a new list of str, or
 * NULL with an exception. Other keys than str are passed over, and those whose value is None. */
PyObject *near_names(PyObject *name, PyObject *dict);

#endif
