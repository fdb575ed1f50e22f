/* What the holders that a search of the heap has found hold. */
#ifndef REIMPORT_HOLDINGS_H
#define REIMPORT_HOLDINGS_H

#include "ptrmap.h"

struct holdings {
    const struct ptrlist *hits; /* (holder, what it holds); NULL: not open */
    struct ptrmap last;         /* holder -> the last that it holds */
    Py_ssize_t *before;         /* of each: the one before it of the same holder, or -1 */
};

/* `hits` must stay as it is until holdings_close(). -1 with MemoryError. */
int holdings_open(struct holdings *holdings, const struct ptrlist *hits);
/* Calls visit(held, arg) for what the holder holds of what was sought. A nonzero answer ends it, and is returned. */
int holdings_each(const struct holdings *holdings, PyObject *holder,
                  int (*visit)(PyObject *, void *), void *arg);
void holdings_close(struct holdings *holdings);

#endif
