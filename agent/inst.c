/* Instances that have a name of their own and must stay themselves: members of an Enum. */
#include "layout.h"
#include "plan.h"
#include "shape.h"
#include "obj.h"

static PyObject *own(PyObject *type, const char *name)
{
    PY_AUTO PyObject *key = PyUnicode_InternFromString(name);
    return key ? type_own(type, key) : NULL;
}

/* The instance's dict, made if it has none yet. New reference. */
static PyObject *attributes(PyObject *o)
{
    return PyObject_GenericGetDict(o, NULL);
}

/* A member that is also an int, a str ... holds that value where it cannot be changed. */
static int same_payload(PyObject *old, PyObject *new)
{
    PY_AUTO PyObject *was = attributes(old);
    PY_AUTO PyObject *is = attributes(new);
    if (!was || !is)
        return -1;
    PyObject *a = obj_item(was, "_value_"), *b = obj_item(is, "_value_");
    return a && b ? value_same(a, b) : 0;
}

static bool has_payload(PyObject *o)
{
    PyTypeObject *solid = shape_solid_base(Py_TYPE(o));
    return solid != &PyBaseObject_Type;
}

/* Flags combined outside, in versions that keep those in the Enum's map: they stay what they are if
 * the named ones have kept their values. The new map is the import's own: it may be changed. */
static int keep_combinations(struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *was = own(old, "_value2member_map_"), *is = own(new, "_value2member_map_"), *value,
             *member;
    Py_ssize_t at = 0;

    if (!was || !is || !PyDict_Check(was) || !PyDict_Check(is))
        return PyErr_Occurred() ? -1 : 0;
    while (PyDict_Next(was, &at, &value, &member)) {
        if (Py_TYPE(value) != &PyLong_Type || ptrmap_has(&p->by_old, member))
            continue;
        int there = PyDict_Contains(is, value);
        if (there < 0 || (!there && PyDict_SetItem(is, value, member) < 0))
            return -1;
    }
    return 0;
}

static int values_kept(struct plan *p, PyObject *members)
{
    PyObject *name, *member;
    Py_ssize_t at = 0;

    while (PyDict_Next(members, &at, &name, &member)) {
        Py_ssize_t i = ptrmap_get(&p->by_old, member);
        if (i < 0)
            return 0;
        PY_AUTO PyObject *was = attributes(member);
        PY_AUTO PyObject *is = attributes(p->pairs.items[i].b);
        PyObject *a = was ? obj_item(was, "_value_") : NULL;
        PyObject *b = is ? obj_item(is, "_value_") : NULL;
        if (!a || !b || !value_same(a, b))
            return 0;
    }
    return 1;
}

int pair_members(struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *was = own(old, "_member_map_"), *is = own(new, "_member_map_"), *name, *member;
    Py_ssize_t at = 0;

    if (!was || !is || !PyDict_Check(was) || !PyDict_Check(is))
        return PyErr_Occurred() ? -1 : 0;
    while (PyDict_Next(is, &at, &name, &member)) {
        PyObject *before = PyUnicode_CheckExact(name) ? PyDict_GetItemWithError(was, name) : NULL;
        if (!before || (PyObject *)Py_TYPE(before) != old || (PyObject *)Py_TYPE(member) != new)
            continue;
        int same = has_payload(before) ? same_payload(before, member) : 1;
        if (same < 0 || pair_as(p, before, member, same ? FATE_MOVE : FATE_SWITCH) < 0)
            return -1;
    }
    if (PyErr_Occurred())
        return -1;
    return values_kept(p, was) ? keep_combinations(p, old, new) : 0;
}

int plan_instance(struct plan *p, PyObject *old, PyObject *new)
{
    PY_AUTO PyObject *was = attributes(old);
    PY_AUTO PyObject *is = attributes(new);
    PyObject *key, *value;
    Py_ssize_t at = 0;

    if (!was || !is)
        return -1;
    while (PyDict_Next(is, &at, &key, &value)) {
        PyObject *before = PyDict_GetItemWithError(was, key), *goal = survivor(p, value);
        if (before != goal && journal_add(&p->journal, J_DICTVALUE, was, key, 0, before, goal) < 0)
            return -1;
    }
    Py_ssize_t from = p->journal.count;
    for (at = 0; PyDict_Next(was, &at, &key, &value);) {
        int there = PyDict_Contains(is, key);
        if (there < 0 ||
            (!there && journal_add(&p->journal, J_DICTVALUE, was, key, 0, value, NULL) < 0))
            return -1;
    }
    if (p->journal.count > from && journal_note_order(&p->journal, was) < 0)
        return -1;
    return ptrmap_set(&p->handled, was, 1);
}
