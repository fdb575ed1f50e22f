/* Which patterns of `match` the instances of a class stand for: sequences, mappings, or neither. Since 3.10
 * a class has that as two flags: of its own, if an abstract base class of collections.abc gave them to it
 * (Modules/_abc.c, in `register` too), or from the first of its bases that has some, when it is made
 * (Objects/typeobject.c, inherit_patma_flags). Assigning __bases__ leaves them as they are. */
#include "layout.h"
#include "plan.h"

/* What the class has as its bases are now, if nothing has given it flags of its own. */
static size_t inherited(PyObject *type)
{
    PyObject *mro = *word_at(type, TYPE_MRO);
    size_t flags = 0;

    for (Py_ssize_t i = 1; mro && !flags && i < PyTuple_Size(mro); i++)
        flags = type_match((PyTypeObject *)PyTuple_GetItem(mro, i));
    return flags;
}

/* ---- what is planned of them ---- */

/* The classes that the journal gives other flags or other bases: their entries' numbers. Those that will be
 * collected are left out: nothing may keep them. */
struct changes {
    const struct plan *p;
    struct ptrmap flags, bases;
};

static int note_changes(struct changes *c)
{
    for (Py_ssize_t i = 0; i < c->p->journal.count; i++) {
        const struct entry *e = &c->p->journal.entries[i];
        struct ptrmap *map = e->kind == J_MATCH ? &c->flags : e->kind == J_BASES ? &c->bases : NULL;
        if (map && !e->noted && !e->lasting && ptrmap_set(map, e->owner, i) < 0)
            return -1;
    }
    return 0;
}

static void changes_free(struct changes *c)
{
    ptrmap_free(&c->flags);
    ptrmap_free(&c->bases);
}

static const struct entry *change_of(const struct changes *c, const struct ptrmap *map,
                                     PyObject *type)
{
    Py_ssize_t i = ptrmap_get(map, type);
    return i >= 0 ? &c->p->journal.entries[i] : NULL;
}

/* True if a change is that of the class or of one that it derives from. */
static bool is_touched(const struct changes *c, PyObject *type)
{
    PyObject *mro = *word_at(type, TYPE_MRO);

    for (Py_ssize_t i = 0; mro && i < PyTuple_Size(mro); i++)
        if (ptrmap_has(&c->flags, PyTuple_GetItem(mro, i)) ||
            ptrmap_has(&c->bases, PyTuple_GetItem(mro, i)))
            return true;
    return false;
}

/* The flags that a class shall have. */
static size_t goal_of(const struct changes *c, PyObject *type)
{
    const struct entry *given = change_of(c, &c->flags, type);
    size_t now = type_match((PyTypeObject *)type), goal = 0;

    if (given)
        return PyLong_AsUnsignedLongLong(given->new);
    if (now != inherited(type) || !is_touched(c, type))
        return now;
    const struct entry *moved = change_of(c, &c->bases, type);
    PyObject *bases = moved ? moved->new : *word_at(type, TYPE_BASES);
    for (Py_ssize_t i = 0; !goal && i < PyTuple_Size(bases); i++)
        goal = goal_of(c, PyTuple_GetItem(bases, i));
    return goal;
}

static int plan_flags(struct plan *p, PyObject *type, size_t goal)
{
    size_t now = type_match((PyTypeObject *)type);

    if (now == goal)
        return 0;
    PY_AUTO PyObject *was = PyLong_FromUnsignedLongLong(now);
    PY_AUTO PyObject *is = PyLong_FromUnsignedLongLong(goal);
    return was && is ? journal_add(&p->journal, J_MATCH, type, NULL, 0, was, is) : -1;
}

/* ---- classes of the reimported modules ---- */

/* As the new class has them. What the program registered with an abstract base class stays registered. */
static size_t goal_of_pair(PyObject *old, PyObject *new)
{
    size_t flags = type_match((PyTypeObject *)new);
    return flags || inherited(old) ? flags : type_match((PyTypeObject *)old);
}

/* True if the class has the bases of the new one, or gets them: they may lay out instances differently. */
static bool has_bases_of(const struct changes *c, PyObject *old, PyObject *new)
{
    PyObject *bases = *word_at(old, TYPE_BASES), *like = *word_at(new, TYPE_BASES);
    bool same = PyTuple_Size(bases) == PyTuple_Size(like);

    for (Py_ssize_t i = 0; same && i < PyTuple_Size(bases); i++)
        same = PyTuple_GetItem(bases, i) == survivor(c->p, PyTuple_GetItem(like, i));
    return same || ptrmap_has(&c->bases, old);
}

static int plan_pairs(struct plan *p, const struct changes *c)
{
    for (Py_ssize_t i = 0; i < p->pairs.count; i++) {
        PyObject *old = p->pairs.items[i].a, *new = p->pairs.items[i].b;
        if (p->fates[i] == FATE_MOVE && PyType_Check(old) && PyType_Check(new) &&
            has_bases_of(c, old, new) && plan_flags(p, old, goal_of_pair(old, new)) < 0)
            return -1;
    }
    return 0;
}

int plan_match(struct plan *p)
{
    struct changes c = {.p = p};
    int rc = layout.version < 0x030a ? 0 : note_changes(&c);

    if (rc == 0 && layout.version >= 0x030a)
        rc = plan_pairs(p, &c) < 0 ? -1 : plan_match_derived(p);
    changes_free(&c);
    return rc;
}

/* ---- classes derived from those ---- */

static int plan_derived(struct plan *p, const struct changes *c, PyObject *type)
{
    if (ptrmap_has(&c->flags, type) || survivor(p, type) != type || !is_touched(c, type))
        return 0;
    return plan_flags(p, type, goal_of(c, type));
}

int plan_match_derived(struct plan *p)
{
    struct changes c = {.p = p};
    int rc = layout.version < 0x030a ? 0 : note_changes(&c);

    for (Py_ssize_t i = 0; rc == 0 && (c.flags.used || c.bases.used) && i < p->types.count; i++)
        rc = plan_derived(p, &c, p->types.items[i].a);
    for (Py_ssize_t i = 0; rc == 0 && i < p->remade.count; i++)
        rc = plan_derived(p, &c, p->remade.items[i].b);
    changes_free(&c);
    return rc;
}
