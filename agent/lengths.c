/* How long containers were: see lengths.h. */
#include "lengths.h"

#define CONTAINERS_MAX 1000000

void lengths_start(struct lengths *lengths)
{
    lengths->known = true;
}

int lengths_add(struct lengths *lengths, PyObject *o)
{
    Py_ssize_t length = PyDict_Check(o) ? PyDict_Size(o) : PyList_Check(o) ? PyList_Size(o) : -1;

    if (length < 0 || !lengths->known)
        return 0;
    if (lengths->count == CONTAINERS_MAX) {
        lengths_free(lengths);
        return 0;
    }
    void *noted =
        array_grown(lengths->noted, lengths->count, &lengths->room, 4096, sizeof(*lengths->noted));
    if (!noted)
        return PyErr_NoMemory(), -1;
    lengths->noted = noted;
    lengths->noted[lengths->count++] = (struct length){o, length};
    return 0;
}

int lengths_of(const struct lengths *noted, const struct ptrmap *containers, struct ptrmap *lengths)
{
    for (Py_ssize_t i = 0; noted->known && containers->used && i < noted->count; i++)
        if (ptrmap_has(containers, noted->noted[i].container) &&
            ptrmap_set(lengths, noted->noted[i].container, noted->noted[i].length) < 0)
            return -1;
    return 0;
}

int lengths_sort(struct lengths *lengths)
{
    for (Py_ssize_t i = 0; lengths->of.used < (size_t)lengths->count && i < lengths->count; i++)
        if (ptrmap_set(&lengths->of, lengths->noted[i].container, lengths->noted[i].length) < 0)
            return -1;
    return 0;
}

void lengths_free(struct lengths *lengths)
{
    PyMem_RawFree(lengths->noted);
    ptrmap_free(&lengths->of);
    *lengths = (struct lengths){0};
}

bool lengths_is_young(const struct lengths *lengths, PyObject *o)
{
    return lengths->known && (PyList_Check(o) || PyDict_Check(o)) && !ptrmap_has(&lengths->of, o);
}

bool lengths_came(const struct lengths *lengths, PyObject *o, Py_ssize_t i)
{
    Py_ssize_t before = lengths->known ? ptrmap_get(&lengths->of, o) : -1;

    return before >= 0 && i >= before;
}
