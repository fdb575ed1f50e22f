/* Slots that would get out of reach. The descriptor of a slot stays in the class that has the slot, and so do
 * those of __dict__ and __weakref__. A class that survives, but drops the name, or no longer derives from the
 * one that has it, keeps the values of its instances where nothing finds them any more: then the new class is
 * to take its place, and other instances that of its own. */
#include "layout.h"
#include "obj.h"
#include "plan.h"
#include "shape.h"

/* The class whose attributes and bases an old one gets: itself, if it is not of the set or gives way to the new
 * one, because what stays of it keeps them. Borrowed. */
static PyObject *content_of(const struct plan *p, PyObject *type)
{
    Py_ssize_t i = ptrmap_get(&p->by_old, type);
    bool moves = i >= 0 && p->fates[i] == FATE_MOVE && PyType_Check(p->pairs.items[i].b);

    return moves ? p->pairs.items[i].b : type;
}

/* ---- one descriptor ---- */

struct sought {
    const struct plan *p;
    PyObject *key, *descriptor;
    struct ptrlist classes; /* that are among the bases after the commit */
    struct ptrmap seen;
};

static int add_class(struct sought *s, PyObject *type)
{
    if (!PyType_Check(type) || ptrmap_has(&s->seen, type))
        return 0;
    if (ptrmap_set(&s->seen, type, 1) < 0)
        return -1;
    return ptrlist_add(&s->classes, type, NULL) < 0 ? (PyErr_NoMemory(), -1) : 0;
}

/* That of __dict__ or __weakref__ serves all instances that have one, whichever class it is from. */
static bool stays_in(const struct sought *s, PyObject *type)
{
    PyObject *own = type_own(type, s->key);

    if (!shape_is_member(s->descriptor))
        return own && Py_TYPE(own) == Py_TYPE(s->descriptor);
    return own == s->descriptor && shape_is_member(type_own(content_of(s->p, type), s->key));
}

/* 1 if the descriptor is in reach of the classes, 0, -1. */
static int walk(struct sought *s)
{
    for (Py_ssize_t i = 0; i < s->classes.count; i++) {
        PyObject *type = s->classes.items[i].a;
        if (stays_in(s, type))
            return 1;
        PyObject *bases = *word_at(content_of(s->p, type), TYPE_BASES);
        for (Py_ssize_t k = 0; bases && k < PyTuple_Size(bases); k++)
            if (add_class(s, survivor(s->p, PyTuple_GetItem(bases, k))) < 0)
                return -1;
    }
    return 0;
}

static int keeps(const struct plan *p, PyObject *type, PyObject *key, PyObject *descriptor)
{
    struct sought s = {.p = p, .key = key, .descriptor = descriptor};
    int rc = add_class(&s, type) < 0 ? -1 : walk(&s);

    ptrlist_free(&s.classes);
    ptrmap_free(&s.seen);
    return rc;
}

/* True if instances of a class like that have something of the name, or a place for it. */
static bool is_needed(PyTypeObject *like, PyObject *key, PyObject *descriptor)
{
    bool dict = number_at(like, TYPE_DICTOFFSET) != 0;

    if (shape_is_member(descriptor))
        return dict || shape_is_member(_PyType_Lookup(like, key));
    if (Py_TYPE(descriptor) != &PyGetSetDescr_Type)
        return false;
    return obj_is(key, "__dict__")
               ? dict
               : obj_is(key, "__weakref__") && number_at(like, TYPE_WEAKLISTOFFSET) != 0;
}

/* ---- all of a class ---- */

/* 1 if `owner`, of the bases of `type`, has a slot that gets out of reach; 0; -1. */
static int loses_of(const struct plan *p, PyObject *type, PyObject *owner)
{
    PyTypeObject *like = (PyTypeObject *)content_of(p, type);
    PyObject *key, *value;
    Py_ssize_t at = 0;
    int kept = 1;

    while (kept == 1 && PyDict_Next(type_dict(owner), &at, &key, &value))
        if (shape_is_slot(value) && _PyType_Lookup((PyTypeObject *)type, key) == value &&
            is_needed(like, key, value))
            kept = keeps(p, type, key, value);
    return kept < 0 ? -1 : !kept;
}

static int switch_pair(struct plan *p, PyObject *old)
{
    Py_ssize_t i = ptrmap_get(&p->by_old, old);

    if (i < 0 || p->fates[i] != FATE_MOVE)
        return 0;
    p->fates[i] = FATE_SWITCH;
    return 1;
}

/* True for a class that was there before, survives, and is one of the set or derives from one. */
static bool is_concerned(const struct plan *p, PyObject *type)
{
    PyObject *mro = *word_at(type, TYPE_MRO);
    bool concerned = false;

    if (!mro || survivor(p, type) != type || is_removed(p, type))
        return false;
    for (Py_ssize_t i = 0; i < PyTuple_Size(mro); i++) {
        if (ptrmap_has(&p->by_new, PyTuple_GetItem(mro, i)))
            return false;
        concerned = concerned || ptrmap_has(&p->by_old, PyTuple_GetItem(mro, i));
    }
    return concerned;
}

int loses_slots(const struct plan *p, PyObject *type, PyObject **owner)
{
    PyObject *mro = *word_at(type, TYPE_MRO);
    int lost = 0;

    if (!is_concerned(p, type))
        return 0;
    for (Py_ssize_t i = 0; !lost && i < PyTuple_Size(mro); i++) {
        *owner = PyTuple_GetItem(mro, i);
        lost = is_class(*owner) ? loses_of(p, type, *owner) : 0;
    }
    return lost;
}

int settle_slots(struct plan *p)
{
    int changed = 0;

    for (Py_ssize_t i = 0; i < p->types.count; i++) {
        PyObject *type = p->types.items[i].a, *owner;
        int lost = loses_slots(p, type, &owner);
        if (lost < 0)
            return -1;
        if (lost)
            changed |= switch_pair(p, ptrmap_has(&p->by_old, type) ? type : owner);
    }
    return changed;
}
