/* Bases for several classes at once: see bases.h. First each class concerned gets, from the most derived on, only
 * the built-in one that it has at the bottom, which cannot be refused: nothing derives from it by then. Then each gets
 * its own, once its bases have theirs: CPython sees nothing but what is to be. */
#include "bases.h"
#include "layout.h"
#include "maker.h"
#include "plan.h"
#include "shape.h"
#include "steps.h"

bool bases_may_wait(const struct entry *e)
{
    return e->kind == J_BASES && PyErr_ExceptionMatches(PyExc_TypeError);
}

struct member {
    PyObject *type;
    PyObject *before, *parked, *goal; /* owned: bases */
    Py_ssize_t depth;                 /* length of its mro: what derives from it has a longer one */
    bool has_goal;
};

/* The classes whose bases change, and all that derive from them. */
struct family {
    struct member *members;
    Py_ssize_t count, room;
    struct ptrmap at;
};

/* ---- who is concerned ---- */

static int add_member(struct family *f, PyObject *type)
{
    PyObject *bases = *word_at(type, TYPE_BASES), *mro = *word_at(type, TYPE_MRO);

    if (ptrmap_has(&f->at, type))
        return 0;
    if (has_own_mro(Py_TYPE(type))) {
        PyErr_SetString(PyExc_TypeError, "a metaclass has an mro() of its own");
        return -1;
    }
    void *members = array_grown(f->members, f->count, &f->room, 16, sizeof(*f->members));
    if (!members)
        return PyErr_NoMemory(), -1;
    f->members = members;
    PyObject *parked = PyTuple_Pack(1, shape_builtin_base((PyTypeObject *)type));
    if (!parked || ptrmap_set(&f->at, type, f->count) < 0) {
        Py_DecRef(parked);
        return -1;
    }
    f->members[f->count++] = (struct member){
        type, py_new(bases), parked, py_new(bases), mro ? PyTuple_Size(mro) : 0, false};
    return 0;
}

static int add_derived(struct family *f, PyObject *type)
{
    struct ptrlist types = {0};
    int rc = maker_find(type, NULL, &types);

    for (Py_ssize_t i = 0; rc == 0 && i < types.count; i++)
        rc = add_member(f, types.items[i].a);
    ptrlist_free(&types);
    return rc;
}

static bool concerns(const struct entry *e, bool back)
{
    return e->kind == J_BASES && !e->noted && (e->done || !back);
}

static void set_goal(struct member *m, PyObject *bases)
{
    PyObject *was = m->goal;

    m->goal = py_new(bases);
    Py_DecRef(was);
}

static int add_entry(struct family *f, const struct entry *e, bool back)
{
    if (!concerns(e, back))
        return 0;
    if (add_derived(f, e->owner) < 0)
        return -1;
    Py_ssize_t at = ptrmap_get(&f->at, e->owner);
    if (at >= 0 && f->members)
        set_goal(&f->members[at], back ? e->old : e->new);
    return 0;
}

/* Where a class has several entries, the last one that is applied counts, or taken back. */
static int find_family(struct family *f, const struct journal *j, bool back)
{
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < j->count; i++)
        rc = add_entry(f, &j->entries[back ? j->count - 1 - i : i], back);
    return rc;
}

static void free_family(struct family *f)
{
    for (Py_ssize_t i = 0; i < f->count; i++) {
        Py_DecRef(f->members[i].before);
        Py_DecRef(f->members[i].parked);
        Py_DecRef(f->members[i].goal);
    }
    PyMem_RawFree(f->members);
    ptrmap_free(&f->at);
}

/* ---- down and up again ---- */

/* `insist`: nothing may stay as it is. */
static int put(PyObject *type, PyObject *bases, bool insist)
{
    struct entry e = {.kind = J_BASES, .owner = type};
    PyObject *was = *word_at(type, TYPE_BASES);
    int rc = 0;

    for (int i = 0; was != bases && (rc = step_bases(&e, was, bases)) < 0 && insist; i++) {
        if (!step_may_retry(i))
            break;
        step_wait(i);
    }
    return rc;
}

static int park(struct family *f, bool insist)
{
    Py_ssize_t deepest = 0;

    for (Py_ssize_t i = 0; i < f->count; i++)
        deepest = f->members[i].depth > deepest ? f->members[i].depth : deepest;
    for (; deepest >= 0; deepest--)
        for (Py_ssize_t i = 0; i < f->count; i++) {
            struct member *m = &f->members[i];
            m->has_goal = false;
            if (m->depth == deepest && put(m->type, m->parked, insist) < 0)
                return -1;
        }
    return 0;
}

static bool have_goal(const struct family *f, PyObject *bases)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(bases); i++) {
        Py_ssize_t at = ptrmap_get(&f->at, PyTuple_GetItem(bases, i));
        if (at >= 0 && !f->members[at].has_goal)
            return false;
    }
    return true;
}

static int assign(struct family *f, bool insist)
{
    Py_ssize_t left = f->count, before;

    do {
        before = left;
        for (Py_ssize_t i = 0; i < f->count; i++) {
            struct member *m = &f->members[i];
            PyObject *goal = insist ? m->before : m->goal;
            if (m->has_goal || !have_goal(f, goal))
                continue;
            if (put(m->type, goal, insist) < 0)
                return -1;
            m->has_goal = true;
            left--;
        }
    } while (left && left < before);
    if (left)
        PyErr_SetString(PyExc_TypeError, "classes are to derive from each other");
    return left ? -1 : 0;
}

static int put_back(struct family *f)
{
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    int rc = park(f, true) < 0 || assign(f, true) < 0 ? BASES_LOST : -1;
    PyErr_Clear();
    PyErr_Restore(type, value, traceback);
    return rc;
}

int bases_assign(struct journal *j, bool back)
{
    struct family f = {0};

    PyErr_Clear();
    int rc = find_family(&f, j, back);
    if (rc == 0 && (park(&f, false) < 0 || assign(&f, false) < 0))
        rc = put_back(&f);
    for (Py_ssize_t i = 0; rc == 0 && i < j->count; i++)
        if (concerns(&j->entries[i], back))
            j->entries[i].done = !back;
    free_family(&f);
    return rc;
}
