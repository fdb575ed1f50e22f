/* Instances whose class gets another layout: another instance takes the place of each wherever it is
 * held, and its slots and attributes move there; __init__ is not called. Either all holders of an
 * instance follow or none: when something holds it that cannot be found (a running frame, C code), or
 * where nothing can take its place, it stays what it was, an instance of the old class, and the report
 * names it. */
#include "holders.h"
#include "layout.h"
#include "obj.h"
#include "replace.h"
#include "shape.h"

/* ---- which ---- */

static bool has_finalizer(PyTypeObject *type)
{
    PY_AUTO PyObject *name = PyUnicode_InternFromString("__del__");
    return !name || _PyType_Lookup(type, name);
}

/* What is weakly referenced must stay so; and the one that gives way must not be finalized, for what it
 * would close is in use. */
static bool can_be_replaced(PyObject *o, PyTypeObject *goal)
{
    PyTypeObject *type = Py_TYPE(o);
    Py_ssize_t weak = number_at(type, TYPE_WEAKLISTOFFSET);

    return shape_is_open(type) && shape_is_open(goal) && !has_finalizer(type) &&
           !has_finalizer(goal) &&
           (!weak || number_at(goal, TYPE_WEAKLISTOFFSET) || !*word_at(o, weak));
}

/* object.__new__(type), whatever __new__ the class has. New reference; NULL without an exception: it
 * cannot be made. */
static PyObject *bare_instance(PyTypeObject *type)
{
    PyObject *new = obj_item(type_dict((PyObject *)&PyBaseObject_Type), "__new__");
    PyObject *o = new ? PyObject_CallFunctionObjArgs(new, type, NULL) : NULL;

    if (!o && PyErr_ExceptionMatches(PyExc_TypeError))
        PyErr_Clear(); /* an abstract class */
    return o;
}

static int choose(struct plan *p, PyObject *o, struct ptrmap *chosen)
{
    PyTypeObject *type = Py_TYPE(o), *goal = (PyTypeObject *)successor(p, (PyObject *)type);

    if (!goal || goal == type || !PyType_Check((PyObject *)goal) || shape_equal(type, goal) ||
        ptrmap_has(&p->by_old, o) || ptrmap_has(&p->by_new, o) || ptrmap_has(&p->handled, o) ||
        !can_be_replaced(o, goal))
        return 0;
    PY_AUTO PyObject *new = bare_instance(goal);
    if (!new)
        return PyErr_Occurred() ? -1 : 0;
    if (PyList_Append(p->made, new) < 0 || ptrmap_set(chosen, o, 0) < 0)
        return -1;
    return replace_pair(p, o, new);
}

int replace_pair(struct plan *p, PyObject *old, PyObject *new)
{
    if (pair_as(p, old, new, FATE_SWITCH) < 0 || ptrmap_set(&p->replaced, old, 1) < 0)
        return -1;
    return ptrlist_add(&p->carried, old, new) < 0 ? (PyErr_NoMemory(), -1) : 0;
}

/* ---- who holds them ---- */

static int count_one(struct ptrmap *chosen, PyObject *o)
{
    Py_ssize_t n = o ? ptrmap_get(chosen, o) : -1;
    return n < 0 ? 0 : ptrmap_set(chosen, o, n + 1);
}

/* References of our own: what is planned so far. */
static int count_ours(const struct plan *p, struct ptrmap *chosen)
{
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < p->journal.count; i++) {
        const struct entry *e = &p->journal.entries[i];
        rc = count_one(chosen, e->owner) || count_one(chosen, e->key) ||
             count_one(chosen, e->old) || count_one(chosen, e->new);
    }
    return rc ? -1 : 0;
}

static int set_unfit(struct plan *p, PyObject *old)
{
    p->fates[ptrmap_get(&p->by_old, old)] = FATE_KEEP;
    return ptrmap_set(&p->replaced, old, 0);
}

/* Its attributes move as a whole: nothing of them is to be mended. */
static int spare_contents(struct plan *p, PyObject *o, Py_ssize_t spared)
{
    if (ptrmap_set(&p->handled, o, spared) < 0)
        return -1;
    if (!number_at(Py_TYPE(o), TYPE_DICTOFFSET))
        return 0;
    PY_AUTO PyObject *dict = PyObject_GenericGetDict(o, NULL);
    return dict ? ptrmap_set(&p->handled, dict, spared) : -1;
}

static int spare_pairs(struct plan *p, const struct ptrmap *chosen)
{
    for (Py_ssize_t i = 0; i < p->carried.count; i++) {
        PyObject *old = p->carried.items[i].a, *new = p->carried.items[i].b;
        if (ptrmap_get(chosen, old) != references_to(old)) {
            if (set_unfit(p, old) < 0)
                return -1;
        } else if (spare_contents(p, old, 1) < 0 || spare_contents(p, new, 1) < 0) {
            return -1;
        }
    }
    return 0;
}

static int note_bases(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->journal.count; i++) {
        const struct entry *e = &p->journal.entries[i];
        if (e->kind == J_BASES && !e->noted &&
            ptrmap_set(&p->new_base, e->owner, (Py_ssize_t)(uintptr_t)shape_best_base(e->new)) < 0)
            return -1;
    }
    return 0;
}

int replace_find_holders(struct plan *p, struct ptrmap *chosen, struct ptrlist *hits)
{
    Py_ssize_t from = hits->count;

    if (note_bases(p) < 0)
        return -1;
    if (heap_find_holders(&p->heap, chosen, hits) < 0)
        return -1;
    for (Py_ssize_t i = from; i < hits->count; i++)
        if (count_one(chosen, hits->items[i].b) < 0)
            return -1;
    return count_ours(p, chosen) < 0 ? -1 : spare_pairs(p, chosen);
}

int replace_instances(struct plan *p, struct ptrlist *hits)
{
    struct ptrmap chosen = {0};
    int rc = 0;

    for (Py_ssize_t i = 0, n = hits->count; rc == 0 && i < n; i++)
        if (hits->items[i].b == (PyObject *)Py_TYPE(hits->items[i].a))
            rc = choose(p, hits->items[i].a, &chosen);
    if (rc == 0 && p->carried.count)
        rc = replace_find_holders(p, &chosen, hits);
    ptrmap_free(&chosen);
    return rc;
}

bool is_replaced(const struct plan *p, PyObject *o)
{
    return ptrmap_get(&p->replaced, o) == 1;
}

bool is_unfit(const struct plan *p, PyObject *o)
{
    return ptrmap_get(&p->replaced, o) == 0;
}

int replace_give_up(struct plan *p, PyObject *old)
{
    return set_unfit(p, old) < 0 ? -1 : spare_contents(p, old, -1);
}

/* ---- what moves ---- */

struct carry {
    struct plan *p;
    PyObject *from, *to;
    PyObject *from_dict, *to_dict; /* NULL: it has none */
};

static int add_lasting(struct plan *p, enum entry_kind kind, PyObject *owner, PyObject *key,
                       Py_ssize_t at, PyObject *old, PyObject *new)
{
    if (old == new)
        return 0;
    return journal_add_lasting(&p->journal, kind, owner, key, at, old, new);
}

/* As note_bases(), once all is planned; and the descriptors of slots that come or go. */
static int note_classes(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->journal.count; i++) {
        const struct entry *e = &p->journal.entries[i];
        if (e->kind == J_TYPEATTR && !e->noted &&
            (shape_is_member(e->old) || shape_is_member(e->new)) &&
            ptrlist_add(&p->slot_changes, e->owner, (PyObject *)i) < 0)
            return PyErr_NoMemory(), -1;
    }
    return note_bases(p);
}

/* The offset of the slot whose descriptor the class itself will have by that name, or -1. */
static Py_ssize_t own_slot(const struct plan *p, PyTypeObject *type, PyObject *name)
{
    PyObject *own = type_own((PyObject *)type, name);

    for (Py_ssize_t i = 0; i < p->slot_changes.count; i++) {
        const struct entry *e = &p->journal.entries[(Py_ssize_t)p->slot_changes.items[i].b];
        if (e->owner == (PyObject *)type && PyUnicode_Compare(e->key, name) == 0)
            own = e->new;
    }
    return shape_is_member(own) ? shape_slot_offset(own) : -1;
}

/* Where an instance of `type` will have that slot, or -1: after the commit the class may derive from others, and
 * some may have lost slots, or in an undo have them again. */
static Py_ssize_t slot_of(const struct plan *p, PyTypeObject *type, PyObject *name)
{
    Py_ssize_t slot = -1;

    while (slot < 0 && type && PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)) {
        Py_ssize_t base = ptrmap_get(&p->new_base, type);
        slot = own_slot(p, type, name);
        type = base < 0 ? shape_base(type) : (PyTypeObject *)(uintptr_t)base;
    }
    return slot;
}

/* In an undo the journal switches back what it switched, but for what moves. */
static PyObject *goal_of(const struct plan *p, PyObject *value)
{
    PyObject *goal = successor(p, value);
    Py_ssize_t back = goal == value ? ptrmap_get(&p->back_to, value) : -1;

    return back < 0 ? goal : (PyObject *)(uintptr_t)back;
}

/* Puts what stands for `value` where `to` has that name. 1: it has no place for it. */
static int put(struct carry *c, PyObject *name, PyObject *value)
{
    Py_ssize_t slot = slot_of(c->p, Py_TYPE(c->to), name);
    PyObject *goal = goal_of(c->p, value);

    if (slot >= 0)
        return add_lasting(c->p, J_WORD, c->to, NULL, slot, *word_at(c->to, slot), goal);
    if (!c->to_dict)
        return 1;
    return add_lasting(c->p, J_DICTVALUE, c->to_dict, name, 0,
                       PyDict_GetItemWithError(c->to_dict, name), goal);
}

static int carry_slot(PyObject *name, Py_ssize_t offset, void *arg)
{
    struct carry *c = arg;
    PyObject *value = *word_at(c->from, offset);
    int rc = value ? put(c, name, value) : 1;

    return rc ? (rc < 0 ? -1 : 0) : add_lasting(c->p, J_WORD, c->from, NULL, offset, value, NULL);
}

static int carry_attributes(struct carry *c)
{
    PyObject *name, *value;
    Py_ssize_t at = 0;

    while (c->from_dict && PyDict_Next(c->from_dict, &at, &name, &value)) {
        if (!PyUnicode_CheckExact(name) || shape_slot(Py_TYPE(c->from), name) >= 0)
            continue; /* out of reach by name */
        int rc = put(c, name, value);
        if (rc < 0 ||
            (rc == 0 && add_lasting(c->p, J_DICTVALUE, c->from_dict, name, 0, value, NULL) < 0))
            return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

static PyObject *attributes(PyObject *o)
{
    return number_at(Py_TYPE(o), TYPE_DICTOFFSET) ? PyObject_GenericGetDict(o, NULL) : NULL;
}

static int carry(struct plan *p, PyObject *from, PyObject *to)
{
    PY_AUTO PyObject *from_dict = attributes(from);
    PY_AUTO PyObject *to_dict = attributes(to);
    struct carry c = {p, from, to, from_dict, to_dict};

    if (PyErr_Occurred())
        return -1;
    return carry_attributes(&c) < 0 ? -1 : shape_each_slot(Py_TYPE(from), carry_slot, &c);
}

/* A name that the module keeps. The dict is the plan's own until the commit. */
static int settle_namespaces(struct plan *p)
{
    PyObject *key, *value;

    for (Py_ssize_t i = 0; p->namespaces && i < PyList_Size(p->namespaces); i++) {
        PyObject *ns = PyList_GetItem(p->namespaces, i);
        for (Py_ssize_t at = 0; ns != Py_None && PyDict_Next(ns, &at, &key, &value);)
            if (is_replaced(p, value) && PyDict_SetItem(ns, key, successor(p, value)) < 0)
                return -1;
    }
    return 0;
}

int replace_carry(struct plan *p)
{
    if (p->carried.count && note_classes(p) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < p->carried.count; i++) {
        PyObject *old = p->carried.items[i].a, *new = p->carried.items[i].b;
        if (is_replaced(p, old) && carry(p, old, new) < 0)
            return -1;
    }
    return p->carried.count ? settle_namespaces(p) : 0;
}
