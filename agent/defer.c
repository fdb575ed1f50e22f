#include "defer.h"

int defer(struct deferred *d, PyObject *o)
{
    if (!o)
        return 0;
    if (!d->objects && !(d->objects = PyList_New(0)))
        return -1;
    return PyList_Append(d->objects, o);
}

void defer_journal(struct deferred *d, struct journal *j)
{
    for (int i = 0; i < DEFER_JOURNALS && j->count; i++)
        if (!d->journals[i].count) {
            journal_free(&d->journals[i]);
            d->journals[i] = *j;
            *j = (struct journal){0};
        }
    journal_free(j);
}

int deferred_note(const struct deferred *d, struct ptrmap *handled)
{
    if (d->objects && ptrmap_set(handled, d->objects, 1) < 0)
        return -1;
    for (int i = 0; i < DEFER_JOURNALS; i++)
        for (Py_ssize_t k = 0; k < d->journals[i].count; k++) {
            const struct entry *e = &d->journals[i].entries[k];
            if (journal_is_swap(e->kind) && ptrmap_set(handled, e->new, 1) < 0)
                return -1;
        }
    return 0;
}

void deferred_release(struct deferred *d)
{
    struct deferred own = *d;
    PyObject *type, *value, *tb;

    *d = (struct deferred){0};
    PyErr_Fetch(&type, &value, &tb);
    for (int i = 0; i < DEFER_JOURNALS; i++)
        journal_free(&own.journals[i]);
    Py_DecRef(own.objects);
    PyErr_Restore(type, value, tb);
}
