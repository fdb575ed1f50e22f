/* Hits of a search, by their holders: see holdings.h. */
#include "holdings.h"

int holdings_open(struct holdings *holdings, const struct ptrlist *hits)
{
    holdings->hits = hits;
    holdings->before = PyMem_RawMalloc((size_t)(hits->count + 1) * sizeof(*holdings->before));
    if (!holdings->before)
        return PyErr_NoMemory(), -1;
    for (Py_ssize_t i = 0; i < hits->count; i++) {
        holdings->before[i] = ptrmap_get(&holdings->last, hits->items[i].a);
        if (ptrmap_set(&holdings->last, hits->items[i].a, i) < 0)
            return -1;
    }
    return 0;
}

int holdings_each(const struct holdings *holdings, PyObject *holder,
                  int (*visit)(PyObject *, void *), void *arg)
{
    int rc = 0;

    for (Py_ssize_t i = ptrmap_get(&holdings->last, holder); rc == 0 && i >= 0;
         i = holdings->before[i])
        rc = visit(holdings->hits->items[i].b, arg);
    return rc;
}

void holdings_close(struct holdings *holdings)
{
    ptrmap_free(&holdings->last);
    PyMem_RawFree(holdings->before);
    *holdings = (struct holdings){0};
}
