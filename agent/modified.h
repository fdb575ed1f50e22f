/* Which loaded modules are not what is on disk; see core.h for modified(). */
#ifndef REIMPORT_MODIFIED_H
#define REIMPORT_MODIFIED_H

#include "core.h"

/* What a look for modified modules has to say besides their names: owned lists of str, or NULL. */
struct modified_rest {
    PyObject *unloaded; /* those paths below which nothing is loaded */
    PyObject
        *not_found; /* names of modified modules that cannot be reimported: no import finds them */
};

/* As modified(). *rest, unless NULL, is filled in (only on success); modified_rest_free() it. */
PyObject *modified_below(PyObject *paths, struct modified_rest *rest);
void modified_rest_free(struct modified_rest *rest);

/* Where the sources of this process are, absolute paths: a new list of str. */
PyObject *modified_search_path(void);

/* Notes which modules are loaded, when reimport is being imported: what is written later is not
 * what was loaded. */
int modified_know(void);

/* Notes, after the commit, which sources are loaded now. Failing that, the modules are looked at
 * like any others. Keeps the pending exception. */
void modified_remember(struct reimport *r);

/* Forgets what was noted of the sources: part of one may be loaded now, by --code-only. As above. */
void modified_forget(const struct reimport *r);

#endif
