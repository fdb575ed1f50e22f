/* Module-level data that the new top level made again as it was: the old object stays. Sentinels are
 * compared by identity (`if x is _UNSET`), and other modules hold them as defaults and in their data;
 * so are strings and numbers that serve as such. A context variable is the key to what contexts hold: of
 * requests that are being served, say. Equal is what nobody could tell apart but by identity; no Python
 * code is asked. One whose hash Python code tells, so that it may differ from the other one's, must not be a key
 * anywhere: it would not be found there by the old one. */
#include "forget.h"
#include "holders.h"
#include "layout.h"
#include "plan.h"
#include "shape.h"

enum { DEPTH = 4 };

static bool same_state(const struct plan *p, PyObject *old, PyObject *new, int depth);

/* What the two refer to, in order, is the same or equal. */
static bool same_parts(const struct plan *p, PyObject *old, PyObject *new, int depth)
{
    struct ptrlist a = {0}, b = {0};
    bool same = parts_of(old, &a) == 0 && parts_of(new, &b) == 0 && a.count == b.count;

    for (Py_ssize_t i = 0; same && i < a.count; i++)
        same = same_state(p, a.items[i].a, b.items[i].a, depth);
    ptrlist_free(&a);
    ptrlist_free(&b);
    return same;
}

/* A traversal of a dict does not show keys that are strings. */
static bool same_items(const struct plan *p, PyObject *old, PyObject *new, int depth)
{
    PyObject *key, *value, *new_key, *new_value;
    Py_ssize_t at = 0, new_at = 0;

    if (PyDict_Size(old) != PyDict_Size(new) || PyDict_Size(old) > PARTS_MAX)
        return false;
    while (PyDict_Next(old, &at, &key, &value) && PyDict_Next(new, &new_at, &new_key, &new_value))
        if (!same_state(p, key, new_key, depth) || !same_state(p, value, new_value, depth))
            return false;
    return true;
}

/* Each name in the dict of the new one is an attribute of the old one, which has no dict. */
static bool same_attributes(const struct plan *p, PyObject *old, PyObject *dict, int depth)
{
    PyObject *name, *value, *home;
    Py_ssize_t at = 0;

    while (PyDict_Next(dict, &at, &name, &value)) {
        PyObject *have = PyUnicode_CheckExact(name)
                             ? own_value(old, name, -1, class_value(Py_TYPE(old), name, &home))
                             : NULL;
        if (!have || !same_state(p, have, value, depth))
            return false;
    }
    return true;
}

/* How many of these, which a traversal of `o` shows, are in slots: they come first, its class last, if at all. Between
 * them is the dict or the values in it (subtype_traverse() in Objects/typeobject.c). */
static Py_ssize_t count_slots(const struct ptrlist *parts, PyObject *o, PyObject *dict)
{
    Py_ssize_t count = parts->count;

    if (count && parts->items[count - 1].a == (PyObject *)Py_TYPE(o))
        count--;
    return count && parts->items[count - 1].a == dict ? count - 1 : count - PyDict_Size(dict);
}

/* `dict`: the new one's; an old one that has none has as many attributes. */
static bool same_slots(const struct plan *p, PyObject *old, PyObject *new, PyObject *dict,
                       int depth)
{
    struct ptrlist a = {0}, b = {0};
    PyObject *old_dict = attributes_of(old);
    bool same = parts_of(old, &a) == 0 && parts_of(new, &b) == 0;
    Py_ssize_t slots = count_slots(&b, new, dict);

    same = same && count_slots(&a, old, old_dict ? old_dict : dict) == slots;
    for (Py_ssize_t i = 0; same && i < slots; i++)
        same = same_state(p, a.items[i].a, b.items[i].a, depth);
    ptrlist_free(&a);
    ptrlist_free(&b);
    return same;
}

static bool same_instance(const struct plan *p, PyObject *old, PyObject *new, int depth)
{
    if (!number_at(Py_TYPE(new), TYPE_DICTOFFSET))
        return same_parts(p, old, new, depth);
    PyObject *old_dict = attributes_of(old);
    PY_AUTO PyObject *dict = PyObject_GenericGetDict(new, NULL);
    PyErr_Clear();
    return dict &&
           (old_dict ? same_items(p, old_dict, dict, depth)
                     : same_attributes(p, old, dict, depth)) &&
           same_slots(p, old, new, dict, depth);
}

/* An instance whose whole state its traversal shows: of a class made by Python code on `object`. */
static bool is_open(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);

    return *word_at(type, TYPE_TRAVERSE) == (PyObject *)layout.instance_traverse &&
           !PyType_Check(o) && shape_builtin_base(type) == &PyBaseObject_Type;
}

static bool same_state(const struct plan *p, PyObject *old, PyObject *new, int depth)
{
    PyTypeObject *type = Py_TYPE(old);

    if (old == new || survivor(p, new) == old)
        return true;
    if (type != (PyTypeObject *)survivor(p, (PyObject *)Py_TYPE(new)) || depth == 0)
        return false;
    if (type == &PyBaseObject_Type)
        return true;
    if (is_scalar(old))
        return value_same(old, new) == 1;
    if (type == &PyDict_Type)
        return same_items(p, old, new, depth - 1);
    if (type == &PyTuple_Type || type == p->variable_type)
        return same_parts(p, old, new, depth - 1);
    return is_open(old) && same_instance(p, old, new, depth - 1);
}

/* 1 if `o` itself is a constant of the code or of code nested in it: this compilation made it. */
static int is_constant(PyObject *code, PyObject *o)
{
    PY_AUTO PyObject *consts = code_get(code, "co_consts");
    int found = consts ? 0 : -1;

    for (Py_ssize_t i = 0; found == 0 && i < PyTuple_Size(consts); i++) {
        PyObject *item = PyTuple_GetItem(consts, i);
        found = item == o ? 1 : Py_TYPE(item) == &PyCode_Type ? is_constant(item, o) : 0;
    }
    return found;
}

/* 1 if the object came with the import, so that none but its own have it. */
static int came_with(const struct plan *p, const struct unit *u, PyObject *o)
{
    if (is_scalar(o) || Py_TYPE(o) == &PyTuple_Type)
        return u->code ? is_constant(u->code, o) : 0;
    if (is_open(o))
        return survivor(p, (PyObject *)Py_TYPE(o)) != (PyObject *)Py_TYPE(o);
    return (Py_TYPE(o) == &PyBaseObject_Type || Py_TYPE(o) == p->variable_type) && !is_shared(p, o);
}

/* ---- those that are keys, and would be lost as such ---- */

/* As a key it would have a hash that only Python code could tell of the old one. */
static bool may_be_lost(struct plan *p, PyObject *old, PyObject *new)
{
    return is_open(new) && !has_plain_hash(new) && !hash_carries(p, new, old);
}

/* Those that something holds beside the namespace that they came with: it may have them as keys. */
static int pair_unless_keys(struct plan *p, const struct ptrlist *doubtful)
{
    struct ptrmap sought = {0};
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < doubtful->count; i++)
        if (references_to(doubtful->items[i].b) > 1)
            rc = ptrmap_set(&sought, doubtful->items[i].b, 0);
    if (rc == 0 && sought.used)
        rc = find_keyed(p, &sought);
    for (Py_ssize_t i = 0; rc == 0 && i < doubtful->count; i++)
        if (ptrmap_get(&sought, doubtful->items[i].b) != 1)
            rc = pair_as(p, doubtful->items[i].a, doubtful->items[i].b, FATE_KEEP);
    ptrmap_free(&sought);
    return rc;
}

/* ---- all of them ---- */

static int pair_one(struct plan *p, PyObject *old, PyObject *new, struct ptrlist *doubtful)
{
    if (!may_be_lost(p, old, new))
        return PyErr_Occurred() ? -1 : pair_as(p, old, new, FATE_KEEP);
    if (PyErr_Occurred())
        return -1;
    return ptrlist_add(doubtful, old, new) < 0 ? (PyErr_NoMemory(), -1) : 0;
}

static int pair_values(struct plan *p, const struct unit *u, struct ptrlist *doubtful)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(unit_new_dict(u), &at, &key, &value)) {
        PyObject *old =
            PyUnicode_CheckExact(key) ? PyDict_GetItemWithError(unit_old_dict(u), key) : NULL;
        if (!old || old == value || ptrmap_has(&p->by_old, old) || ptrmap_has(&p->by_new, value) ||
            !same_state(p, old, value, DEPTH))
            continue;
        int ours = came_with(p, u, value);
        if (ours < 0 || (ours && pair_one(p, old, value, doubtful) < 0))
            return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

int pair_equal(struct plan *p, const struct unit *u)
{
    struct ptrlist doubtful = {0};
    int rc = pair_values(p, u, &doubtful);

    if (rc == 0 && doubtful.count)
        rc = pair_unless_keys(p, &doubtful);
    ptrlist_free(&doubtful);
    return rc;
}
