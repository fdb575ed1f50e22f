/* The pieces of Python that run in the target, each in a namespace of its own that is in no module.
 */
#ifndef REIMPORT_SCRIPT_H
#define REIMPORT_SCRIPT_H

#include "obj.h"

/* Each runs its piece in a new namespace: a new reference to its dict, or NULL with an exception. */
PyObject *script_finder(void);  /* finder.py: what the import system calls */
PyObject *script_failure(void); /* failure.py: how an exception is told */
PyObject *script_imports(void); /* imports.py: who imported what by value */
PyObject *
script_modified(void);       /* finder.py and modified.py: what is loaded beside what is on disk */
PyObject *script_fork(void); /* fork.py: what a child does that is forked meanwhile */
PyObject *script_beyond(void); /* beyond.py: what a source changes beyond code */

#endif
