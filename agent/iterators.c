/* See iterators.h. */
#include "iterators.h"
#include "layout.h"

/* dictiterobject and setiterobject begin alike (Objects/dictobject.c, setobject.c): checked by layout_find(). */
static bool is_iterator(PyTypeObject *type)
{
    return type == &PyDictIterKey_Type || type == &PyDictIterValue_Type ||
           type == &PyDictIterItem_Type || type == &PySetIter_Type ||
           type == &PyDictRevIterKey_Type || type == &PyDictRevIterValue_Type ||
           type == &PyDictRevIterItem_Type;
}

int iterators_take(struct plan *p, PyObject *o)
{
    /* one that has come to its end has let the container go */
    if (!is_iterator(Py_TYPE(o)) || !*word_at(o, ITERATOR_OF))
        return 0;
    return ptrlist_add(&p->iterators, o, *word_at(o, ITERATOR_OF));
}

/* One that began with another length raises in any case. */
static bool goes_on(const struct ptrlist *iterators, Py_ssize_t i, PyObject *container)
{
    PyObject *o = iterators->items[i].a;
    Py_ssize_t used = number_at(container, PyDict_Check(container) ? DICT_USED : SET_USED);

    return iterators->items[i].b == container && number_at(o, ITERATOR_USED) == used;
}

bool is_iterated(const struct plan *p, PyObject *container)
{
    bool found = false;

    for (Py_ssize_t i = 0; !found && i < p->iterators.count; i++)
        found = goes_on(&p->iterators, i, container);
    return found;
}

void iterators_bounds(const struct plan *p, PyObject *set, Py_ssize_t place, Py_ssize_t *low,
                      Py_ssize_t *high)
{
    *low = 0;
    *high = PY_SSIZE_T_MAX;
    for (Py_ssize_t i = 0; i < p->iterators.count; i++) {
        Py_ssize_t at = number_at(p->iterators.items[i].a, ITERATOR_AT);
        if (!goes_on(&p->iterators, i, set))
            continue;
        if (at <= place && at > *low)
            *low = at;
        if (at > place && at < *high)
            *high = at;
    }
}
