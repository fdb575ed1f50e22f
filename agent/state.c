/* The record of the last reimport: see state.h. */
#include "state.h"
#include "busy.h"
#include "rt.h"
#include "obj.h"

#define KEY "reimport.last"

PyObject *state_last(void)
{
    PyObject *dict = interpreter_dict();
    PyObject *record = dict ? obj_item(dict, KEY) : NULL;

    PyErr_Clear();
    return record == Py_None ? NULL : record;
}

bool state_has_switched(void)
{
    PyObject *last = state_last();
    PyObject *switched = last ? obj_item(last, "switched") : NULL;

    return switched && PyList_Size(switched) > 0;
}

int state_reserve(void)
{
    PyObject *dict = interpreter_dict();

    if (!dict)
        return -1;
    return obj_item(dict, KEY) ? 0 : PyDict_SetItemString(dict, KEY, Py_None);
}

PyObject *state_put(PyObject *record)
{
    PyObject *before = py_new(state_last());

    if (PyDict_SetItemString(interpreter_dict(), KEY, record) < 0)
        PyErr_WriteUnraisable(record);
    return before;
}

static int put(PyObject *dict, const char *key, PyObject *value)
{
    int rc = value ? PyDict_SetItemString(dict, key, value) : -1;

    Py_DecRef(value);
    return rc;
}

static PyObject *code_pairs(const struct codes *codes, const struct ptrmap *left)
{
    PY_AUTO PyObject *list = PyList_New(0);

    for (Py_ssize_t i = 0; list && i < codes->pairs.count; i++) {
        if (ptrmap_has(left, codes->pairs.items[i].a))
            continue;
        PY_AUTO PyObject *both = PyTuple_Pack(2, codes->pairs.items[i].a, codes->pairs.items[i].b);
        if (!both || PyList_Append(list, both) < 0)
            return NULL;
    }
    return py_steal(&list);
}

static int append_weak(PyObject *list, PyObject *code)
{
    PY_AUTO PyObject *ref = PyWeakref_NewRef(code, NULL);
    return ref ? PyList_Append(list, ref) : -1;
}

int state_replaced(struct ptrmap *map, PyObject *keep)
{
    PyObject *last = state_last();
    PyObject *refs = last ? obj_item(last, "replaced") : NULL;

    for (Py_ssize_t i = 0; refs && i < PyList_Size(refs); i++) {
        PY_AUTO PyObject *code = PyObject_CallFunctionObjArgs(PyList_GetItem(refs, i), NULL);
        if (!code ||
            (code != Py_None && (ptrmap_set(map, code, 1) < 0 || PyList_Append(keep, code) < 0)))
            return -1;
    }
    return 0;
}

/* Weak references to the codes that this reimport replaces and to those replaced before it, but not
 * to one that is in use again (after an undo). */
static PyObject *replaced_codes(const struct codes *codes)
{
    PY_AUTO PyObject *keep = PyList_New(0);
    PY_AUTO PyObject *refs = PyList_New(0);
    struct ptrmap old = {0}, new = {0};
    int rc = keep && refs ? state_replaced(&old, keep) : -1;

    for (Py_ssize_t i = 0; rc == 0 && i < codes->pairs.count; i++) {
        rc = ptrmap_set(&new, codes->pairs.items[i].b, 1);
        if (rc == 0 && !ptrmap_has(&old, codes->pairs.items[i].a))
            rc = append_weak(refs, codes->pairs.items[i].a);
    }
    for (Py_ssize_t i = 0; rc == 0 && i < PyList_Size(keep); i++)
        if (!ptrmap_has(&new, PyList_GetItem(keep, i)))
            rc = append_weak(refs, PyList_GetItem(keep, i));
    ptrmap_free(&old);
    ptrmap_free(&new);
    return rc == 0 ? py_steal(&refs) : NULL;
}

PyObject *state_make(const char *op, PyObject *modules, const struct journal *journal,
                     const struct codes *codes, const struct ptrmap *left)
{
    PY_AUTO PyObject *record = PyDict_New();

    if (!record || put(record, "op", PyUnicode_FromString(op)) < 0 ||
        put(record, "when", PyFloat_FromDouble((double)rt_realtime_ns() / 1e9)) < 0 ||
        put(record, "modules", py_new(modules)) < 0 ||
        put(record, "codes", code_pairs(codes, left)) < 0 ||
        put(record, "replaced", replaced_codes(codes)) < 0 ||
        put(record, "journal", journal_freeze(journal)) < 0)
        return NULL;
    return py_steal(&record);
}
