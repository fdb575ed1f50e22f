/* Containers that only keep alive what C has by address: the dicts behind ctypes objects (_objects).
 * Changing what they hold would free what C still points to (Modules/_ctypes/_ctypes.c, KeepRef). */
#include "holders.h"
#include "layout.h"

struct search {
    struct plan *p;
    struct ptrmap types; /* those of ctypes, and made from them */
};

static int note_dict(PyObject *o, void *arg)
{
    struct search *s = arg;

    if (Py_TYPE(o) != &PyDict_Type || ptrmap_has(&s->p->keepalives, o))
        return 0;
    return ptrmap_set(&s->p->keepalives, o, 1) < 0 ? -1 : each_referent(o, note_dict, s);
}

static int look_at(PyObject *o, void *arg)
{
    struct search *s = arg;
    PyObject **attributes;

    if (!ptrmap_has(&s->types, Py_TYPE(o)))
        return 0;
    if (each_referent(o, note_dict, s) != 0)
        return -1;
    attributes = _PyObject_GetDictPtr(o); /* its own attributes are ordinary ones */
    return attributes && *attributes ? ptrmap_set(&s->p->keepalives, *attributes, 0) : 0;
}

/* The base of all ctypes data, or NULL if ctypes is not loaded. */
static PyTypeObject *data_type(void)
{
    PyTypeObject *simple = loaded_type("_ctypes", "_SimpleCData");
    return simple ? (PyTypeObject *)*word_at(simple, TYPE_BASE) : NULL;
}

int find_keepalives(struct plan *p)
{
    struct search s = {.p = p};
    PyTypeObject *data = data_type();
    int rc = 0;

    for (Py_ssize_t i = 0; data && rc == 0 && i < p->types.count; i++)
        if (PyType_IsSubtype((PyTypeObject *)p->types.items[i].a, data))
            rc = ptrmap_set(&s.types, p->types.items[i].a, 1);
    if (data && rc == 0)
        rc = heap_each(&p->heap, look_at, &s);
    ptrmap_free(&s.types);
    return rc;
}

bool is_keepalive(const struct plan *p, PyObject *o)
{
    return ptrmap_get(&p->keepalives, o) == 1;
}
