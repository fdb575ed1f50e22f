/* Whose attributes a dict is. The collector shows that the dict holds something, not that the instance does: but
 * what tells the instance's hash may go by it. */
#include "forget.h"
#include "holders.h"
#include "replace.h"

static int choose_dicts(const struct plan *p, const struct ptrlist *hits, struct ptrmap *dicts)
{
    for (Py_ssize_t i = 0; i < hits->count; i++) {
        PyObject *o = hits->items[i].a;
        if (Py_TYPE(o) == &PyDict_Type && is_replaced(p, hits->items[i].b) &&
            !ptrmap_has(&p->type_dicts, o) && !ptrmap_has(&p->handled, o) &&
            ptrmap_set(dicts, o, 1) < 0)
            return -1;
    }
    return 0;
}

static int add_owner(const struct plan *p, PyObject *o, PyObject *dict, struct ptrlist *hits)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(dict, &at, &key, &value))
        if (is_replaced(p, value) && ptrlist_add(hits, o, value) < 0)
            return PyErr_NoMemory(), -1;
    return 0;
}

int find_owners(struct plan *p, struct ptrlist *hits)
{
    struct ptrmap dicts = {0};
    struct ptrlist found = {0};
    int rc = p->carried.count ? choose_dicts(p, hits, &dicts) : 0;

    if (rc == 0 && dicts.used)
        rc = heap_find_holders(&p->heap, &dicts, &found);
    for (Py_ssize_t i = 0; rc == 0 && i < found.count; i++) {
        PyObject *o = found.items[i].a, *dict = found.items[i].b;
        bool owns = !PyType_Check(o) && attributes_of(o) == dict && has_coded_hash(o);
        rc = owns ? add_owner(p, o, dict, hits) : PyErr_Occurred() ? -1 : 0;
    }
    ptrmap_free(&dicts);
    ptrlist_free(&found);
    return rc;
}
