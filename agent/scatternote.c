/* What had been where an import put something, and what the record is to have of it: see scatter.h. */
#include "forget.h"
#include "holders.h"
#include "layout.h"
#include "obj.h"
#include "patch.h"
#include "scatter.h"

/* ---- what was there before ---- */

static PyObject *counterpart(struct plan *p, PyObject *new);

/* The same tuple of older things, which the plan keeps; or NULL. */
static PyObject *older_tuple(struct plan *p, PyObject *tuple)
{
    PY_AUTO PyObject *older = PyTuple_New(PyTuple_Size(tuple));

    for (Py_ssize_t i = 0; older && i < PyTuple_Size(tuple); i++) {
        PyObject *item = PyTuple_GetItem(tuple, i);
        PyObject *old = is_came(p, item) ? counterpart(p, item) : item;
        if (!old)
            return NULL;
        PyTuple_SetItem(older, i, py_new(old));
    }
    return older && PyList_Append(p->made, older) == 0 ? older : NULL;
}

/* Borrowed; NULL if it is not known, perhaps with an exception. */
static PyObject *counterpart(struct plan *p, PyObject *new)
{
    Py_ssize_t pair = ptrmap_get(&p->by_new, new), named = ptrmap_get(&p->namesakes, new);

    if (pair >= 0)
        return p->pairs.items[pair].a;
    if (named >= 0)
        return (PyObject *)(uintptr_t)named;
    return Py_TYPE(new) == &PyTuple_Type ? older_tuple(p, new) : NULL;
}

static bool has_value(const struct slots *slots, PyObject *o)
{
    for (Py_ssize_t i = 0; i < slots->count; i++)
        if (slots->items[i].value == o)
            return true;
    return false;
}

/* What had the place of number `i`; NULL: nothing. */
static PyObject *value_before(struct plan *p, PyObject *dict, const struct slots *slots,
                              Py_ssize_t i)
{
    Py_ssize_t length = ptrmap_get(&p->grown, dict);
    PyObject *value = slots->items[i].value;

    if (!is_came(p, value))
        return value;
    PyObject *stood = stood_under(&p->r->stood, dict, slots->items[i].key);
    if (stood)
        return stood;
    if (length >= 0 && i >= length)
        return NULL;
    PyObject *old = counterpart(p, value);
    if (old && length < 0 && has_value(slots, old) && !p->r->lengths.known)
        return NULL; /* it has its own entry: this one was added */
    return old ? old : successor_or_self(p, value);
}

/* Sets what the entry was; false if there was none. What `__subclasses__` reads, the interpreter itself
 * keeps: address of the class -> weak reference to it. */
static bool is_entry_before(struct plan *p, PyObject *container, struct slots *slots, Py_ssize_t i)
{
    struct slot *slot = &slots->items[i];

    if (Py_TYPE(slot->key) == &PyLong_Type && Py_TYPE(slot->value) == &_PyWeakref_RefType)
        return true;
    if (PyDict_Check(container) && is_taken(p, container, slot->key))
        return true;
    if (is_came(p, slot->key))
        return false;
    if (PyDict_Check(container))
        slot->value = value_before(p, container, slots, i);
    return slot->value;
}

int scatter_before(struct plan *p, PyObject *container, struct slots *slots)
{
    struct slots before = {0};
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < slots->count; i++) {
        struct slot slot = slots->items[i];
        if (is_entry_before(p, container, slots, i))
            rc = slots_insert(&before, before.count, slots->items[i]);
        slots->items[i] = slot;
    }
    slots_free(slots);
    *slots = before;
    return rc < 0 || PyErr_Occurred() ? -1 : 0;
}

PyObject *scatter_item(struct plan *p, PyObject *container, PyObject *items,
                       const struct stood_place *places, Py_ssize_t i)
{
    PyObject *item = PyList_GetItem(items, i);
    Py_ssize_t length = ptrmap_get(&p->grown, container);
    bool grew = length < 0 || PyList_Size(items) > length;

    if (!is_came(p, item))
        return item;
    if (places && places[i].has_value)
        return places[i].value;
    if (length >= 0 && i >= length)
        return NULL;
    PyObject *old = counterpart(p, item);
    if (old && grew && list_has(items, old))
        return NULL;
    return old ? old : grew ? NULL : successor_or_self(p, item);
}

/* ---- containers in which nothing else changes ---- */

static int note_attribute(struct plan *p, PyObject *type, PyObject *name, PyObject *old,
                          PyObject *new)
{
    if (old == new)
        return 0;
    return journal_note(&p->journal, J_TYPEATTR, type, name, 0, old, new);
}

/* A class has its attributes changed one by one. */
static int note_class(struct plan *p, PyObject *type, PyObject *dict)
{
    struct slots slots = {0};
    int rc = table_read(dict, &slots);

    for (Py_ssize_t i = 0; rc == 0 && i < slots.count; i++) {
        PyObject *name = slots.items[i].key, *value = slots.items[i].value;
        if (is_came(p, value) && PyUnicode_CheckExact(name))
            rc = note_attribute(p, type, name, value_before(p, dict, &slots, i),
                                successor_or_self(p, value));
        if (PyErr_Occurred())
            rc = -1;
    }
    slots_free(&slots);
    return rc < 0 ? -1 : 0;
}

static int note_cell(struct plan *p, PyObject *cell)
{
    PY_AUTO PyObject *inside = PyCell_Get(cell);
    PyObject *stood = inside && is_came(p, inside) ? stood_under(&p->r->stood, cell, NULL) : NULL;
    PyObject *old = stood ? stood : inside && is_came(p, inside) ? counterpart(p, inside) : NULL;

    if (!old || old == successor_or_self(p, inside))
        return PyErr_Occurred() ? -1 : 0;
    return journal_note(&p->journal, J_CELL, cell, NULL, 0, old, successor_or_self(p, inside));
}

static int note_attributes(struct plan *p, PyObject *o)
{
    PY_AUTO PyObject *dict = attributes_unhandled(o, &p->handled);

    if (!dict)
        return PyErr_Occurred() ? -1 : 0;
    return ptrmap_set(&p->handled, dict, 1) < 0 || scatter_rename(p, o, dict) < 0
               ? -1
               : patch_dict(p, dict, p->journal.count);
}

static int note_list(struct plan *p, PyObject *list, Py_ssize_t from)
{
    struct ptrmap there = {0};
    int rc = list_find_there(p, list, &there);

    if (rc == 0)
        rc = patch_list(p, list, from, &there);
    ptrmap_free(&there);
    return rc;
}

static int note_container(struct plan *p, PyObject *o)
{
    Py_ssize_t from = p->journal.count, type = ptrmap_get(&p->type_dicts, o);

    if (type >= 0)
        return note_class(p, p->types.items[type].a, o);
    if (PyDict_Check(o))
        return patch_dict(p, o, from);
    if (PyList_Check(o))
        return note_list(p, o, from);
    if (PyObject_TypeCheck(o, &PySet_Type))
        return patch_set(p, o, from);
    if (Py_TYPE(o) == &PyCell_Type)
        return note_cell(p, o);
    return deque_type(o) ? patch_deque(p, o, from) : note_attributes(p, o);
}

/* A class without a predecessor is a subclass of its bases: an undo takes it from them. */
static int note_added(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->came_list.count; i++) {
        PyObject *o = p->came_list.items[i].a;
        if (is_class(o) && survivor(p, o) == o && plan_added(p, o) < 0)
            return -1;
    }
    return 0;
}

int scatter_note(struct plan *p)
{
    if (note_added(p) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < p->outside_list.count; i++) {
        PyObject *o = p->outside_list.items[i].a;
        bool done = ptrmap_has(&p->handled, o) && !ptrmap_has(&p->type_dicts, o);
        if (!is_outside(p, o) || is_keepalive(p, o) || done)
            continue;
        if (ptrmap_set(&p->handled, o, 1) < 0 || note_container(p, o) < 0)
            return -1;
    }
    return 0;
}
