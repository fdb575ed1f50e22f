/* References: every holder that one pass over the heap found gets the survivor, or the reason why it
 * cannot goes into the report. One small function for each kind of holder. */
#include "layout.h"
#include "plan.h"
#include "shape.h"
#include "state.h"

/* What stands for `o` after the commit; NULL: nothing, the reference is to go. Borrowed. */
static PyObject *successor(const struct plan *p, PyObject *o)
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

static void count(struct plan *p, PyObject *goal)
{
    if (goal)
        p->switched++;
    else
        p->removed_count++;
}

/* True if `o` came with the import and will not stay: a reference to it is mended for good. */
static bool is_new(const struct plan *p, PyObject *o)
{
    return successor(p, o) != o && !ptrmap_has(&p->by_old, o) && !is_removed(p, o);
}

static int add(struct plan *p, enum entry_kind kind, PyObject *owner, PyObject *key, Py_ssize_t index,
               PyObject *old, PyObject *goal)
{
    count(p, goal);
    if (journal_add(&p->journal, kind, owner, key, index, old, goal) < 0)
        return -1;
    p->journal.entries[p->journal.count - 1].lasting = is_new(p, old);
    return 0;
}

/* ---- dicts ---- */

static int mend_type_dict(struct plan *p, PyObject *type, PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(dict, &at, &key, &value)) {
        PyObject *goal = successor(p, value);
        if (goal != value && add(p, J_TYPEATTR, type, key, 0, value, goal) < 0)
            return -1;
    }
    return 0;
}

/* Another hash: the dict is made anew, in the same order, and changes places with the old contents. */
static int mend_keys(struct plan *p, PyObject *dict)
{
    PY_AUTO PyObject *goal = PyDict_New();
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (goal && PyDict_Next(dict, &at, &key, &value)) {
        PyObject *new_key = successor(p, key), *new_value = successor(p, value);
        if (new_key != key || new_value != value)
            count(p, new_key ? new_value : NULL);
        if (new_key && new_value && PyDict_SetItem(goal, new_key, new_value) < 0)
            return -1;
    }
    if (!goal || journal_prepare_swap(goal) < 0 || journal_prepare_swap(dict) < 0)
        return -1;
    return journal_add(&p->journal, J_DICTSWAP, dict, NULL, 0, NULL, goal);
}

static int mend_dict(struct plan *p, PyObject *dict)
{
    Py_ssize_t type = ptrmap_get(&p->type_dicts, dict), at = 0;
    PyObject *key, *value;

    if (type >= 0)
        return mend_type_dict(p, p->types.items[type].a, dict);
    while (PyDict_Next(dict, &at, &key, &value))
        if (successor(p, key) != key)
            return mend_keys(p, dict);
    for (at = 0; PyDict_Next(dict, &at, &key, &value);) {
        PyObject *goal = successor(p, value);
        if (goal != value && !is_taken(p, dict, key) &&
            add(p, J_DICTVALUE, dict, key, 0, value, goal) < 0)
            return -1;
    }
    return 0;
}

/* ---- lists and sets ---- */

/* A registry that the new top level appended to, as the old one did before: one entry is enough. */
static bool is_again(const struct plan *p, PyObject *list, PyObject *item)
{
    PyObject *goal = successor(p, item);
    bool again = false;

    for (Py_ssize_t i = 0; goal != item && !again && i < PyList_Size(list); i++)
        again = PyList_GetItem(list, i) == goal;
    return again;
}

static bool loses_old(const struct plan *p, PyObject *list)
{
    for (Py_ssize_t i = 0; i < PyList_Size(list); i++)
        if (is_removed(p, PyList_GetItem(list, i)))
            return true;
    return false;
}

static int shrink_list(struct plan *p, PyObject *list)
{
    PY_AUTO PyObject *goal = PyList_New(0);

    for (Py_ssize_t i = 0; goal && i < PyList_Size(list); i++) {
        PyObject *item = PyList_GetItem(list, i);
        PyObject *kept = is_again(p, list, item) ? NULL : successor(p, item);
        if (kept != item)
            count(p, kept);
        if (kept && PyList_Append(goal, kept) < 0)
            return -1;
    }
    if (!goal || journal_add(&p->journal, J_LISTSWAP, list, NULL, 0, NULL, goal) < 0)
        return -1;
    p->journal.entries[p->journal.count - 1].lasting = !loses_old(p, list);
    return 0;
}

static int mend_list(struct plan *p, PyObject *list)
{
    for (Py_ssize_t i = 0; i < PyList_Size(list); i++)
        if (!successor(p, PyList_GetItem(list, i)) || is_again(p, list, PyList_GetItem(list, i)))
            return shrink_list(p, list);
    for (Py_ssize_t i = 0; i < PyList_Size(list); i++) {
        PyObject *item = PyList_GetItem(list, i), *goal = successor(p, item);
        if (goal != item && add(p, J_LISTITEM, list, NULL, i, item, goal) < 0)
            return -1;
    }
    return 0;
}

struct set_items {
    struct plan *p;
    PyObject *goal;
    bool lasting;
};

static int mend_set_item(PyObject *item, void *arg)
{
    struct set_items *items = arg;
    PyObject *goal = successor(items->p, item);

    if (goal == item)
        return 0;
    count(items->p, goal);
    if (PySet_Discard(items->goal, item) < 0)
        return -1;
    items->lasting = items->lasting && is_new(items->p, item);
    return goal ? PySet_Add(items->goal, goal) : 0;
}

static int mend_set(struct plan *p, PyObject *set)
{
    PY_AUTO PyObject *goal = PySet_New(set);
    struct set_items items = {p, goal, true};

    if (!goal || each_referent(set, mend_set_item, &items) != 0)
        return -1;
    if (journal_add(&p->journal, J_SETSWAP, set, NULL, 0, NULL, goal) < 0)
        return -1;
    p->journal.entries[p->journal.count - 1].lasting = items.lasting;
    return 0;
}

/* ---- classes, instances ---- */

static int mend_class_of(struct plan *p, PyObject *o)
{
    PyObject *type = (PyObject *)Py_TYPE(o), *goal = successor(p, type);

    if (goal == type)
        return 0;
    if (!goal)
        return plan_leave(p, o, type, "an instance of a class that the new source does not define");
    if (!shape_equal((PyTypeObject *)type, (PyTypeObject *)goal))
        return plan_leave(p, o, type, "its layout cannot change: the new class has other slots or bases");
    return add(p, J_CLASS, o, NULL, 0, type, goal);
}

static bool has_removed(const struct plan *p, PyObject *tuple)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(tuple); i++)
        if (is_removed(p, PyTuple_GetItem(tuple, i)))
            return true;
    return false;
}

static int mend_class(struct plan *p, PyObject *type)
{
    PyObject *bases = *word_at(type, TYPE_BASES);

    if (bases && has_removed(p, bases))
        return plan_leave(p, type, bases, "derives from a class that the new source does not define");
    return bases ? plan_bases(p, type, type) : 0;
}

/* ---- everything else: the words of the object itself ---- */

struct reference_count {
    const struct plan *p;
    PyObject *type;
    Py_ssize_t found;
};

static int count_reference(PyObject *o, void *arg)
{
    struct reference_count *c = arg;
    c->found += o != c->type && successor(c->p, o) != o;
    return 0;
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

static int mend_words(struct plan *p, PyObject *o, Py_ssize_t expected)
{
    Py_ssize_t found = 0;

    for (Py_ssize_t at = 16; at + 8 <= object_size(o); at += 8) {
        PyObject *word = *word_at(o, at);
        PyObject *goal = word ? successor(p, word) : NULL;
        if (goal == word)
            continue;
        found++;
        if (!goal)
            return plan_leave(p, o, word, "held where nothing can take its place; no longer defined");
        if (add(p, J_WORD, o, NULL, at, word, goal) < 0)
            return -1;
    }
    return found < expected ? 1 : 0;
}

/* Attributes that an object keeps inside itself (3.11 on): asking for its dict makes one. */
static int mend_attributes(struct plan *p, PyObject *o)
{
    if (!PyType_HasFeature(Py_TYPE(o), 1ul << 4)) /* Py_TPFLAGS_MANAGED_DICT */
        return 1;
    PY_AUTO PyObject *dict = PyObject_GenericGetDict(o, NULL);
    if (!dict)
        return -1;
    return ptrmap_has(&p->handled, dict) ? 0 : mend_dict(p, dict);
}

static int mend_other(struct plan *p, PyObject *o)
{
    struct reference_count c = {.p = p, .type = (PyObject *)Py_TYPE(o)};

    each_referent(o, count_reference, &c);
    if (c.found == 0)
        return 0;
    if (may_be_keepalive(o))
        return plan_leave(p, o, NULL, "held by ctypes, which may use the old one by address");
    int rc = mend_words(p, o, c.found);
    if (rc == 1)
        rc = mend_attributes(p, o);
    return rc == 1 ? plan_leave(p, o, NULL, "held in C, out of reach") : rc;
}

static int mend_cell(struct plan *p, PyObject *cell)
{
    PY_AUTO PyObject *inside = PyCell_Get(cell);
    PyObject *goal = inside ? successor(p, inside) : NULL;

    if (!inside || goal == inside)
        return 0;
    if (!goal)
        return plan_leave(p, cell, inside, "a closure's variable; no longer defined");
    return add(p, J_CELL, cell, NULL, 0, inside, goal);
}

static int mend(struct plan *p, PyObject *holder)
{
    PyTypeObject *type = Py_TYPE(holder);

    if (ptrmap_has(&p->handled, holder) || ptrmap_has(&p->internals, holder))
        return 0;
    if (ptrmap_set(&p->handled, holder, 1) < 0 || mend_class_of(p, holder) < 0)
        return -1;
    if (PyDict_Check(holder))
        return mend_dict(p, holder) < 0 ? -1 : type == &PyDict_Type ? 0 : mend_other(p, holder);
    if (PyList_Check(holder))
        return mend_list(p, holder);
    if (type == &PySet_Type || type == &PyFrozenSet_Type)
        return mend_set(p, holder);
    if (type == &PyCell_Type)
        return mend_cell(p, holder);
    if (PyType_Check(holder))
        return mend_class(p, holder);
    return mend_other(p, holder);
}

/* ---- which references to look for ---- */

static int target(struct ptrmap *targets, PyObject *o)
{
    return ptrmap_set(targets, o, 1);
}

static int choose_targets(const struct plan *p, struct ptrmap *targets)
{
    for (Py_ssize_t i = 0; i < p->pairs.count; i++) {
        bool move = p->fates[i] == FATE_MOVE;
        if (target(targets, move ? p->pairs.items[i].b : p->pairs.items[i].a) < 0)
            return -1;
    }
    for (size_t i = 0; p->removed.mask && i <= p->removed.mask; i++)
        if (p->removed.slots[i].key && target(targets, (PyObject *)(uintptr_t)p->removed.slots[i].key) < 0)
            return -1;
    for (Py_ssize_t i = 0; i < p->r->count; i++) {
        const struct unit *u = &p->r->units[i];
        if (unit_moves(u) && (target(targets, u->fresh) < 0 || target(targets, unit_new_dict(u)) < 0))
            return -1;
    }
    return 0;
}

/* The record of the reimport before this one holds what it replaced; it goes with the commit. */
static int spare_record(struct plan *p)
{
    PyObject *last = state_last();
    PyObject *journal = last ? PyDict_GetItemString(last, "journal") : NULL;

    for (Py_ssize_t i = 0; journal && i < PyList_Size(journal); i++) {
        PyObject *entry = PyList_GetItem(journal, i);
        PyObject *old = PyTuple_GetItem(entry, 5), *new = PyTuple_GetItem(entry, 6);
        long kind = PyLong_AsLong(PyTuple_GetItem(entry, 0));
        if (ptrmap_set(&p->handled, entry, 1) < 0 ||
            (PyTuple_Check(old) && ptrmap_set(&p->handled, old, 1) < 0) ||
            (journal_is_swap((enum entry_kind)kind) && ptrmap_set(&p->handled, new, 1) < 0))
            return -1;
    }
    return 0;
}

static int spare_cell(PyObject *o, void *arg)
{
    struct plan *p = arg;
    return Py_TYPE(o) == &PyCell_Type ? ptrmap_set(&p->handled, o, 1) : 0;
}

/* What a removed class or function itself consists of holds it, and goes with it. */
static int spare_parts(struct plan *p, PyObject *o)
{
    PyObject *key, *value, *dict = PyType_Check(o) ? type_dict(o) : NULL;
    Py_ssize_t at = 0;

    if (ptrmap_set(&p->handled, o, 1) < 0 || (dict && ptrmap_set(&p->handled, dict, 1) < 0))
        return -1;
    while (dict && PyDict_Next(dict, &at, &key, &value)) {
        bool part = Py_TYPE(value) == &PyGetSetDescr_Type || Py_TYPE(value) == &PyMemberDescr_Type;
        if (part && ptrmap_set(&p->handled, value, 1) < 0)
            return -1;
        PyObject *closure =
            Py_TYPE(value) == &PyFunction_Type ? *word_at(value, layout.function.closure) : NULL;
        if (closure && each_referent(closure, spare_cell, p) != 0)
            return -1;
    }
    return 0;
}

/* Holders that die with the new module, or whose content is planned as a whole. */
static int spare(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->pairs.count; i++) {
        PyObject *both[] = {p->pairs.items[i].a, p->pairs.items[i].b};
        for (int k = 0; k < 2; k++) {
            bool survives = (p->fates[i] == FATE_MOVE) == (k == 0);
            if (!survives || p->fates[i] == FATE_MOVE) {
                if (ptrmap_set(&p->handled, both[k], 1) < 0 ||
                    (PyType_Check(both[k]) && ptrmap_set(&p->handled, type_dict(both[k]), 1) < 0))
                    return -1;
            }
        }
    }
    for (Py_ssize_t i = 0; i < p->r->count; i++) {
        const struct unit *u = &p->r->units[i];
        if (ptrmap_set(&p->handled, u->fresh, 1) < 0 || ptrmap_set(&p->handled, unit_new_dict(u), 1) < 0 ||
            ptrmap_set(&p->handled, unit_old_dict(u), 1) < 0)
            return -1;
    }
    if (spare_record(p) < 0)
        return -1;
    for (size_t i = 0; p->removed.mask && i <= p->removed.mask; i++)
        if (p->removed.slots[i].key && spare_parts(p, (PyObject *)(uintptr_t)p->removed.slots[i].key) < 0)
            return -1;
    PyObject *ours[] = {PyImport_GetModuleDict(), p->r->modules_before, p->r->modules_after, p->r->report,
                        p->heap.all};
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        if (ours[i] && ptrmap_set(&p->handled, ours[i], 1) < 0)
            return -1;
    return 0;
}

int plan_references(struct plan *p)
{
    struct ptrmap targets = {0};
    struct ptrlist hits = {0};
    int rc = -1;

    if (spare(p) == 0 && choose_targets(p, &targets) == 0)
        rc = heap_find_holders(&p->heap, PyImport_GetModuleDict(), &targets, &hits);
    for (Py_ssize_t i = 0; rc == 0 && i < hits.count; i++)
        rc = mend(p, hits.items[i].a);
    ptrmap_free(&targets);
    ptrlist_free(&hits);
    return rc;
}
