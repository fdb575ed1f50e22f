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
    return ptrlist_add(&p->iterators, *word_at(o, ITERATOR_OF), o);
}

int iterators_taken(struct plan *p)
{
    return holdings_open(&p->iterated, &p->iterators);
}

void iterators_free(struct plan *p)
{
    holdings_close(&p->iterated);
    ptrlist_free(&p->iterators);
}

/* One that began with another length raises in any case. */
static bool goes_on(PyObject *iterator, PyObject *container)
{
    return number_at(iterator, ITERATOR_USED) ==
           number_at(container, PyDict_Check(container) ? DICT_USED : SET_USED);
}

static int ask_if_on(PyObject *iterator, void *container)
{
    return goes_on(iterator, container);
}

bool is_iterated(const struct plan *p, PyObject *container)
{
    return holdings_each(&p->iterated, container, ask_if_on, container) != 0;
}

struct bounds {
    PyObject *set;
    Py_ssize_t place, low, high;
};

static int narrow(PyObject *iterator, void *arg)
{
    struct bounds *b = arg;
    Py_ssize_t at = number_at(iterator, ITERATOR_AT);

    if (!goes_on(iterator, b->set))
        return 0;
    if (at <= b->place && at > b->low)
        b->low = at;
    if (at > b->place && at < b->high)
        b->high = at;
    return 0;
}

static bool is_reversed(PyTypeObject *type)
{
    return type == &PyDictRevIterKey_Type || type == &PyDictRevIterValue_Type ||
           type == &PyDictRevIterItem_Type;
}

/* One that would raise now as well: the dict may come to have the length that it knows again. */
static int reach(PyObject *iterator, void *arg)
{
    Py_ssize_t *end = arg, at = number_at(iterator, ITERATOR_AT);

    if (is_reversed(Py_TYPE(iterator)) && at >= *end)
        *end = at + 1;
    return 0;
}

Py_ssize_t iterators_reach(const struct plan *p, PyObject *dict)
{
    Py_ssize_t end = 0;

    holdings_each(&p->iterated, dict, reach, &end);
    return end;
}

void iterators_bounds(const struct plan *p, PyObject *set, Py_ssize_t place, Py_ssize_t *low,
                      Py_ssize_t *high)
{
    struct bounds b = {.set = set, .place = place, .high = PY_SSIZE_T_MAX};

    holdings_each(&p->iterated, set, narrow, &b);
    *low = b.low;
    *high = b.high;
}
