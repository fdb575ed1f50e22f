/* Which loaded modules are not what is on disk; see core.h for modified(). */
#ifndef REIMPORT_MODIFIED_H
#define REIMPORT_MODIFIED_H

#include "core.h"

/* As modified(). *unloaded, unless NULL, becomes a new list of those paths below which nothing is
 * loaded (only on success). */
PyObject *modified_below(PyObject *paths, PyObject **unloaded);

/* Where the sources of this process are, absolute paths: a new list of str. */
PyObject *modified_search_path(void);

/* Notes which modules are loaded, when reimport is being imported: what is written later is not
 * what was loaded. */
int modified_know(void);

/* Notes, after the commit, which sources are loaded now. Failing that, the modules are looked at
 * like any others. Keeps the pending exception. */
void modified_remember(const struct reimport *r);

/* Forgets what was noted of the sources: part of one may be loaded now, by --code-only. As above. */
void modified_forget(const struct reimport *r);

#endif
