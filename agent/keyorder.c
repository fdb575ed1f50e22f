/* The order of a dict's keys, and that of before given back to it. */
#include "ptrmap.h"
#include "table.h"

PyObject *table_keys(PyObject *dict)
{
    PY_AUTO PyObject *list = PyDict_Keys(dict);
    return list ? PyList_AsTuple(list) : NULL;
}

/* `order`: the entries in the order of `keys`, then the others. 1 if that is another than they have, 0, -1. */
static int sort_slots(const struct slots *slots, PyObject *keys, struct slots *order)
{
    struct ptrmap index = {0}, taken = {0};
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < slots->count; i++)
        rc = ptrmap_set(&index, slots->items[i].key, i);
    for (Py_ssize_t i = 0; rc == 0 && i < PyTuple_Size(keys); i++) {
        Py_ssize_t at = ptrmap_get(&index, PyTuple_GetItem(keys, i));
        if (at >= 0 && at < slots->count && (rc = ptrmap_set(&taken, slots->items[at].key, 1)) == 0)
            rc = slots_insert(order, order->count, slots->items[at]);
    }
    for (Py_ssize_t i = 0; rc == 0 && i < slots->count; i++)
        if (!ptrmap_has(&taken, slots->items[i].key))
            rc = slots_insert(order, order->count, slots->items[i]);
    for (Py_ssize_t i = 0; rc == 0 && i < order->count; i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): both have the same entries */
        rc = order->items[i].key != slots->items[i].key;
    ptrmap_free(&index);
    ptrmap_free(&taken);
    return rc;
}

PyObject *table_in_order(PyObject *dict, PyObject *keys)
{
    struct slots slots = {0}, order = {0};
    PyObject *ordered = NULL;

    if (table_read(dict, &slots) == 0 && sort_slots(&slots, keys, &order) == 1)
        ordered = table_dict(&order, false, 0);
    slots_free(&slots);
    slots_free(&order);
    return ordered;
}
