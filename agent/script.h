/* The pieces of Python that run in the target, each in a namespace of its own that is in no module.
 */
#ifndef REIMPORT_SCRIPT_H
#define REIMPORT_SCRIPT_H

#include "obj.h"

/* Runs finder.py (what the import system calls), failure.py (how an exception is told) or imports.py
 * (who imported what by value) in a new namespace: a new reference to its dict, or NULL with an
 * exception. */
PyObject *script_finder(void);
PyObject *script_failure(void);
PyObject *script_imports(void);

#endif
