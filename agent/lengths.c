/* How long containers were: see lengths.h. */
#include "lengths.h"
#include "heap.h"

#define CONTAINERS_MAX 1000000

static int note(PyObject *o, void *arg)
{
    struct lengths *lengths = arg;
    Py_ssize_t length = PyDict_Check(o) ? PyDict_Size(o) : PyList_Check(o) ? PyList_Size(o) : -1;

    if (length < 0)
        return 0;
    if (lengths->count == lengths->room) {
        size_t room = lengths->room ? lengths->room * 2 : 4096;
        void *noted = room > (size_t)CONTAINERS_MAX * 2
                          ? NULL
                          : PyMem_RawRealloc(lengths->noted, room * sizeof(*lengths->noted));
        if (!noted)
            return -1;
        lengths->noted = noted;
        lengths->room = room;
    }
    lengths->noted[lengths->count++] = (struct length){o, length};
    return 0;
}

int lengths_note(struct lengths *lengths)
{
    struct heap heap;
    int rc = heap_open(&heap);

    if (rc == 0)
        rc = heap_each(&heap, PyImport_GetModuleDict(), note, lengths);
    heap_close(&heap);
    lengths->known = rc == 0;
    if (rc == 0 || lengths->count < CONTAINERS_MAX)
        return rc;
    PyErr_Clear();
    lengths_free(lengths);
    return 0;
}

int lengths_of(const struct lengths *noted, const struct ptrmap *containers, struct ptrmap *lengths)
{
    for (size_t i = 0; noted->known && containers->used && i < noted->count; i++)
        if (ptrmap_has(containers, noted->noted[i].container) &&
            ptrmap_set(lengths, noted->noted[i].container, noted->noted[i].length) < 0)
            return -1;
    return 0;
}

int lengths_sort(struct lengths *lengths)
{
    for (size_t i = 0; lengths->of.used < lengths->count && i < lengths->count; i++)
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
