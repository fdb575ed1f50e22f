/* Weak references. Those to one object are linked to each other (Objects/weakrefobject.c), in a list
 * whose head is in the object: a reference without a callback comes first, and is given out again to
 * whoever asks for one.
 *
 * A class is referred to so by the `__subclasses__` of its bases too, where the interpreter relies on
 * finding classes: the reference that they share stays, and another one takes its place elsewhere. */
#include "weak.h"
#include "holders.h"
#include "layout.h"
#include "replace.h"

/* The head of the list, or NULL if the object cannot be weakly referenced. */
static PyObject **list_of(PyObject *o)
{
    Py_ssize_t offset = number_at(Py_TYPE(o), TYPE_WEAKLISTOFFSET);
    return offset ? word_at(o, offset) : NULL;
}

static PyObject *next_of(PyObject *ref)
{
    return *word_at(ref, WEAKREF_NEXT);
}

/* Given out again to whoever asks for a weak reference. */
static bool is_basic(PyObject *ref)
{
    return ref && Py_TYPE(ref) == &_PyWeakref_RefType && !*word_at(ref, WEAKREF_CALLBACK);
}

/* ---- moving one ---- */

static void take_out(PyObject **head, PyObject *ref)
{
    PyObject *before = *word_at(ref, WEAKREF_PREVIOUS), *after = next_of(ref);

    if (before)
        *word_at(before, WEAKREF_NEXT) = after;
    else
        *head = after;
    if (after)
        *word_at(after, WEAKREF_PREVIOUS) = before;
}

/* In front if it is the one to be given out again and there is none yet, otherwise last. */
static void put_in(PyObject **head, PyObject *ref)
{
    PyObject *before = NULL, *after = *head;

    if (!is_basic(ref) || is_basic(*head))
        for (; after; after = next_of(after))
            before = after;
    *word_at(ref, WEAKREF_PREVIOUS) = before;
    *word_at(ref, WEAKREF_NEXT) = after;
    if (before)
        *word_at(before, WEAKREF_NEXT) = ref;
    else
        *head = ref;
    if (after)
        *word_at(after, WEAKREF_PREVIOUS) = ref;
}

bool weak_move(PyObject *ref, PyObject *from, PyObject *to)
{
    PyObject **there = list_of(from), **here = list_of(to);

    if (!there || !here || *word_at(ref, WEAKREF_OBJECT) != from)
        return false;
    take_out(there, ref);
    put_in(here, ref);
    *word_at(ref, WEAKREF_OBJECT) = to;
    Py_ssize_t *hash = (Py_ssize_t *)word_at(ref, WEAKREF_HASH);
    if (*hash != -1 && has_plain_hash(from)) /* -1: it is no key anywhere */
        *hash = has_plain_hash(to) ? PyObject_Hash(to) : -1;
    return true;
}

/* ---- the plan ---- */

struct weak {
    struct plan *p;
    struct ptrmap *sought; /* references whose holders must be found */
};

/* Where Python code tells the hash, by what the object holds, it stays. */
static int note_hash(struct weak *w, PyObject *ref, PyObject *old)
{
    if (number_at(ref, WEAKREF_HASH) == -1 || keeps_hash(w->p, old))
        return 0;
    if (PyErr_Occurred())
        return -1;
    return ptrmap_set(&w->p->rehashed, ref, 1) < 0 ? -1 : ptrmap_set(w->sought, ref, 1);
}

/* True for a reference in a registry or cache of an abstract base class, where the interpreter relies on finding
 * classes, too: its callback is a built-in function bound to a weak reference to the set (Modules/_abc.c,
 * _add_to_weak_set), which no Python code can make. */
static bool is_registered(PyObject *ref)
{
    PyObject *callback = *word_at(ref, WEAKREF_CALLBACK);

    if (!callback || Py_TYPE(callback) != &PyCFunction_Type)
        return false;
    PyObject *self = PyCFunction_GetSelf(callback);
    return self && Py_TYPE(self) == &_PyWeakref_RefType;
}

/* How many hold the reference that is first in a class's list when only its bases do. */
static Py_ssize_t held_by_bases(PyObject *type)
{
    PyObject *bases = *word_at(type, TYPE_BASES);
    return bases ? PyTuple_Size(bases) : 0;
}

/* The reference that `__subclasses__` has: who else holds it gets another. */
static int switch_basic(struct weak *w, PyObject *ref, PyObject *old, PyObject *new)
{
    if (references_to(ref) <= held_by_bases(old))
        return 0;
    PY_AUTO PyObject *other = list_of(new) ? PyWeakref_NewRef(new, NULL) : NULL;

    if (!other)
        return PyErr_Occurred()
                   ? -1
                   : plan_leave(w->p, ref, new, "a weak reference, which this cannot have");
    if (PyList_Append(w->p->made, other) < 0 || pair_as(w->p, ref, other, FATE_SWITCH) < 0)
        return -1;
    return ptrmap_set(w->sought, ref, 1);
}

static int plan_reference(struct weak *w, PyObject *ref, PyObject *old, PyObject *new)
{
    if (PyType_Check(old) && is_basic(ref))
        return switch_basic(w, ref, old, new);
    if (PyType_Check(old) && !PyType_Check(new) && is_registered(ref))
        return 0;
    if (!list_of(new))
        return plan_leave(w->p, ref, old, "its successor cannot be weakly referenced");
    w->p->switched++;
    return journal_add(&w->p->journal, J_WEAKREF, ref, NULL, 0, old, new) < 0
               ? -1
               : note_hash(w, ref, old);
}

static int plan_list(struct weak *w, PyObject *old, PyObject *new)
{
    PyObject **head = list_of(old);

    for (PyObject *ref = head ? *head : NULL; ref; ref = next_of(ref))
        if (plan_reference(w, ref, old, new) < 0)
            return -1;
    return 0;
}

int plan_weak_references(struct plan *p, struct ptrlist *hits)
{
    struct ptrmap sought = {0};
    struct weak w = {p, &sought};
    int rc = 0;

    for (Py_ssize_t i = 0, count = p->pairs.count; rc == 0 && i < count; i++) {
        PyObject *old = p->pairs.items[i].a;
        if (p->fates[i] == FATE_SWITCH)
            rc = plan_list(&w, old, survivor(p, old));
    }
    if (rc == 0 && sought.used)
        rc = heap_find_holders(&p->heap, &sought, hits);
    ptrmap_free(&sought);
    return rc;
}
