/* Holders of every other kind: classes and their instances, cells, and objects whose own words refer to
 * what must go. */
#include "holders.h"
#include "layout.h"
#include "replace.h"
#include "scatter.h"
#include "shape.h"

PyObject *successor(const struct plan *p, PyObject *o)
{
    if (is_removed(p, o))
        return NULL;
    Py_ssize_t unit = ptrmap_get(&p->new_globals, o);
    if (unit >= 0)
        return unit_old_dict(&p->r->units[unit]);
    for (Py_ssize_t i = 0; i < p->r->count; i++)
        if (p->r->units[i].fresh == o && unit_moves(&p->r->units[i]))
            return p->r->units[i].old;
    return survivor(p, o);
}

PyObject *next_in_place(const struct plan *p, PyObject *o)
{
    PyObject *goal = successor(p, o);
    Py_ssize_t back = goal == o ? ptrmap_get(&p->back_to, o) : -1;

    return back < 0 ? goal : (PyObject *)(uintptr_t)back;
}

PyObject *successor_or_self(const struct plan *p, PyObject *o)
{
    PyObject *goal = successor(p, o);
    return goal ? goal : o;
}

void holder_count(struct plan *p, PyObject *goal)
{
    if (goal)
        p->switched++;
    else
        p->removed_count++;
}

bool is_new(const struct plan *p, PyObject *o)
{
    return successor(p, o) != o && !ptrmap_has(&p->by_old, o) && !is_removed(p, o);
}

int holder_change(struct plan *p, enum entry_kind kind, PyObject *owner, PyObject *key,
                  Py_ssize_t index, PyObject *old, PyObject *goal)
{
    holder_count(p, goal);
    if (journal_add(&p->journal, kind, owner, key, index, old, goal) < 0)
        return -1;
    p->journal.entries[p->journal.count - 1].lasting = is_new(p, old);
    return 0;
}

/* ---- classes, instances ---- */

static int leave_instance(struct plan *p, PyObject *o, const char *reason)
{
    p->left_instances++;
    return plan_leave(p, o, (PyObject *)Py_TYPE(o), reason);
}

int mend_class_of(struct plan *p, PyObject *o)
{
    PyObject *type = (PyObject *)Py_TYPE(o), *goal = successor(p, type);

    if (goal == type)
        return 0;
    if (!goal)
        return leave_instance(p, o, "an instance of a class that the new source does not define");
    if (is_unfit(p, o))
        return leave_instance(
            p, o,
            "its layout cannot change, and no other instance can take its place where "
            "it is held: by a running frame, in C, or as a key whose hash Python code computes");
    if (!PyType_Check(goal) || !shape_equal((PyTypeObject *)type, (PyTypeObject *)goal))
        return leave_instance(p, o,
                              "its layout cannot change: the new class has other slots or bases");
    return holder_change(p, J_CLASS, o, NULL, 0, type, goal);
}

/* As mend_class_of() for what nobody is to hold any more: nothing is reported. */
static int plan_last_class(struct plan *p, PyObject *o)
{
    PyObject *type = (PyObject *)Py_TYPE(o), *goal = survivor(p, type);

    if (goal == type || !PyType_Check(goal))
        return 0;
    if (PyType_Check(o))
        return shape_same_metaclass((PyTypeObject *)type, (PyTypeObject *)goal)
                   ? journal_add_lasting(&p->journal, J_METACLASS, o, NULL, 0, type, goal)
                   : 0;
    return shape_equal((PyTypeObject *)type, (PyTypeObject *)goal)
               ? journal_add_lasting(&p->journal, J_CLASS, o, NULL, 0, type, goal)
               : 0;
}

int plan_outlived(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->pairs.count; i++)
        if (p->fates[i] != FATE_SWITCH && plan_last_class(p, p->pairs.items[i].b) < 0)
            return -1;
    return 0;
}

static PyObject *first_removed(const struct plan *p, PyObject *tuple)
{
    for (Py_ssize_t i = 0; tuple && i < PyTuple_Size(tuple); i++)
        if (is_removed(p, PyTuple_GetItem(tuple, i)))
            return PyTuple_GetItem(tuple, i);
    return NULL;
}

int mend_class(struct plan *p, PyObject *type)
{
    PyObject *bases = *word_at(type, TYPE_BASES);

    if (first_removed(p, bases))
        return plan_leave(p, type, first_removed(p, bases),
                          "derives from a class that the new source does not define");
    return bases ? plan_bases(p, type, type) : 0;
}

/* ---- everything else: the words of the object itself ---- */

/* How often the object's own traversal shows each reference that must go. */
struct references {
    const struct plan *p;
    PyObject *type;
    struct ptrmap times;
    Py_ssize_t found;
};

static int count_reference(PyObject *o, void *arg)
{
    struct references *r = arg;
    Py_ssize_t before = ptrmap_get(&r->times, o);

    if (o == r->type || successor(r->p, o) == o)
        return 0;
    r->found++;
    return ptrmap_set(&r->times, o, before < 0 ? 1 : before + 1);
}

/* C code may keep a pointer that this reference only keeps alive: ctypes does. */
static bool may_be_keepalive(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);

    for (const char *prefix = "_ctypes"; type; type = (PyTypeObject *)*word_at(type, TYPE_BASE)) {
        const char *name = *(const char **)word_at(type, TYPE_NAME);
        size_t i = 0;
        while (prefix[i] && name[i] == prefix[i])
            i++;
        if (!prefix[i])
            return true;
    }
    return false;
}

/* A suspended frame: what lies behind its stack pointer is not its own any more. */
static bool has_frame(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);
    return type == &PyGen_Type || type == &PyCoro_Type || type == &PyAsyncGen_Type ||
           type == &PyFrame_Type;
}

/* Only as many words as there are references to a target: one more is a pointer that the object has
 * without owning it. In a frame those come last; elsewhere there is no telling which is which. */
static int plan_word(struct plan *p, PyObject *o, Py_ssize_t at, struct references *r)
{
    PyObject *word = *word_at(o, at), *goal = successor(p, word);
    Py_ssize_t times = ptrmap_get(&r->times, word);

    if (times <= 0 && (has_frame(o) || Py_TYPE(o) == p->variable_type)) /* see forget_cached() */
        return 0;
    if (times <= 0)
        return plan_leave(p, o, word, "held in C, also by address");
    if (ptrmap_set(&r->times, word, times - 1) < 0)
        return -1;
    r->found--;
    if (!goal)
        return plan_leave(p, o, word, "held where nothing can take its place; no longer defined");
    return holder_change(p, J_WORD, o, NULL, at, word, goal);
}

static int mend_words(struct plan *p, PyObject *o, Py_ssize_t from, struct references *r)
{
    Py_ssize_t end = object_size(o);

    for (Py_ssize_t at = from; at + 8 <= end; at += 8) {
        PyObject *word = *word_at(o, at);
        if (word && successor(p, word) != word && plan_word(p, o, at, r) < 0)
            return -1;
    }
    return 0;
}

/* Attributes that an object keeps inside itself (3.11 on): asking for its dict makes one. */
static int mend_attributes(struct plan *p, PyObject *o)
{
    PY_AUTO PyObject *dict = PyObject_GenericGetDict(o, NULL);

    if (!dict)
        return -1;
    if (ptrmap_has(&p->handled, dict))
        return 0;
    if (ptrmap_set(&p->handled, dict, 1) < 0) /* it may be found as a holder, too */
        return -1;
    return scatter_rename(p, o, dict) < 0 ? -1 : mend_dict(p, dict);
}

static int note_owned(PyObject *o, void *owned)
{
    return ptrmap_set(owned, o, 1);
}

/* The words of a context variable that name a target without a reference are emptied, once, however many
 * contexts have the variable; `owned`: those that it holds, each to be passed over once. */
static int empty_unowned(struct plan *p, PyObject *variable, struct ptrmap *owned)
{
    for (Py_ssize_t at = 16; at + 8 <= object_size(variable); at += 8) {
        PyObject *word = *word_at(variable, at);
        if (!word || next_in_place(p, word) == word ||
            ptrmap_has(&p->handled, word_at(variable, at)))
            continue;
        if (ptrmap_get(owned, word) == 1) {
            if (ptrmap_set(owned, word, 0) < 0)
                return -1;
            continue;
        }
        PY_AUTO PyObject *was = PyLong_FromVoidPtr(word);
        PY_AUTO PyObject *none = PyLong_FromLong(0);
        if (!was || !none || ptrmap_set(&p->handled, word_at(variable, at), 1) < 0 ||
            journal_add_lasting(&p->journal, J_NUMBER, variable, NULL, at, was, none) < 0)
            return -1;
    }
    return 0;
}

/* A context variable remembers its value by address, without a reference (Python/context.c,
 * var_cached): it must look it up again. */
static int forget_cached(struct plan *p, PyObject *variable)
{
    struct ptrmap owned = {0}; /* its default, which comes first */
    int rc = -1;

    if (each_referent(variable, note_owned, &owned) == 0)
        rc = empty_unowned(p, variable, &owned);
    ptrmap_free(&owned);
    return rc;
}

static int forget_if_variable(PyObject *o, void *arg)
{
    struct plan *p = arg;
    return Py_TYPE(o) == p->variable_type ? forget_cached(p, o) : 0;
}

int forget_values(struct plan *p, PyObject *holder)
{
    if (!p->variable_type)
        return 0;
    return forget_if_variable(holder, p) < 0 ? -1 : each_referent(holder, forget_if_variable, p);
}

/* `from`: the words before belong to the container whose items are mended already. */
static int mend_inside(struct plan *p, PyObject *o, Py_ssize_t from, struct references *r)
{
    if (each_referent(o, count_reference, r) != 0 || mend_words(p, o, from, r) < 0 ||
        forget_values(p, o) != 0)
        return -1;
    if (r->found > 0 && PyType_HasFeature(Py_TYPE(o), TPFLAGS_MANAGED_DICT))
        return mend_attributes(p, o);
    if (r->found > 0 && from == 16)
        return plan_leave(p, o, NULL, "held in C, out of reach");
    return 0;
}

int mend_other(struct plan *p, PyObject *o)
{
    struct references r = {.p = p, .type = (PyObject *)Py_TYPE(o)};
    int rc;

    if (may_be_keepalive(o)) {
        rc = each_referent(o, count_reference, &r);
        if (rc == 0 && r.found > 0)
            rc = plan_leave(p, o, NULL, "held by ctypes, which may use the old one by address");
    } else {
        rc = mend_inside(p, o, 16, &r);
    }
    ptrmap_free(&r.times);
    return rc;
}

int mend_beside(struct plan *p, PyObject *container, PyTypeObject *base)
{
    struct references r = {.p = p, .type = (PyObject *)Py_TYPE(container)};
    int rc = mend_inside(p, container, number_at(base, TYPE_BASICSIZE), &r);

    ptrmap_free(&r.times);
    return rc;
}

int mend_cell(struct plan *p, PyObject *cell)
{
    PY_AUTO PyObject *inside = PyCell_Get(cell);
    PyObject *goal = inside ? successor(p, inside) : NULL;

    if (!inside || goal == inside)
        return 0;
    if (!goal)
        return plan_leave(p, cell, inside, "a closure's variable; no longer defined");
    return holder_change(p, J_CELL, cell, NULL, 0, inside, goal);
}
