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
PyObject *
script_arguments(void); /* arguments.py: the defaults of parameters that a source spells */
PyObject *
script_beyond(void); /* arguments.py, beyond.py and beside.py: what a source changes beyond code */

/* -1 with MemoryError if so many MB more cannot be had at this moment. Python's compiler ends the process when
 * certain allocations fail in it (3.11.2: 346 of 17,658), so it is not begun where memory is as short as that:
 * a source takes some 50 times its length for a while, one of 230 KB 10 MB. */
int script_room(int megabytes);
/* For compiling a large module. */
#define COMPILE_ROOM_MB 16

#endif
