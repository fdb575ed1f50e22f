/* Lists, sets and deques as holders. */
#include "holders.h"
#include "layout.h"

/* ---- lists ---- */

/* A registry that the new top level appended to, as the old one did before: one entry is enough. Two old
 * things that have become one keep their places. */
static bool is_again(const struct plan *p, PyObject *list, PyObject *item)
{
    PyObject *goal = successor(p, item);
    bool again = false, appended = is_new(p, item) || (goal && ptrmap_has(&p->by_new, goal));

    for (Py_ssize_t i = 0; appended && goal != item && !again && i < PyList_Size(list); i++)
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
            holder_count(p, kept);
        if (kept && PyList_Append(goal, kept) < 0)
            return -1;
    }
    if (!goal || journal_add(&p->journal, J_LISTSWAP, list, NULL, 0, NULL, goal) < 0)
        return -1;
    p->journal.entries[p->journal.count - 1].lasting = !loses_old(p, list);
    return 0;
}

int mend_list(struct plan *p, PyObject *list)
{
    for (Py_ssize_t i = 0; i < PyList_Size(list); i++)
        if (!successor(p, PyList_GetItem(list, i)) || is_again(p, list, PyList_GetItem(list, i)))
            return shrink_list(p, list);
    for (Py_ssize_t i = 0; i < PyList_Size(list); i++) {
        PyObject *item = PyList_GetItem(list, i), *goal = successor(p, item);
        if (goal != item && holder_change(p, J_LISTITEM, list, NULL, i, item, goal) < 0)
            return -1;
    }
    return 0;
}

/* ---- sets ---- */

struct remake {
    struct plan *p;
    PyObject *goal;
    bool lasting, left;
};

/* In the table of a set that is nobody else's yet, `to` takes the place of `from`, which is equal. */
static void replace_item(PyObject *set, PyObject *from, PyObject *to)
{
    PyObject **table = (PyObject **)*word_at(set, SET_TABLE);
    Py_ssize_t mask = number_at(set, SET_MASK);

    for (Py_ssize_t i = 0; i <= mask; i++)
        if (table[2 * i] == from) {
            table[2 * i] = py_new(to);
            Py_DecRef(from);
            return;
        }
}

static bool has_item(PyObject *set, PyObject *item)
{
    PyObject **table = (PyObject **)*word_at(set, SET_TABLE);
    Py_ssize_t mask = number_at(set, SET_MASK);

    for (Py_ssize_t i = 0; i <= mask; i++)
        if (table[2 * i] == item)
            return true;
    return false;
}

/* What stands in a set's table for an item that was taken out (Objects/setobject.c, dummy). Borrowed. */
static PyObject *taken_out(void)
{
    PY_AUTO PyObject *set = PySet_New(NULL);

    if (!set || PySet_Add(set, Py_None) < 0 || PySet_Discard(set, Py_None) < 0)
        return NULL;
    PyObject **table = (PyObject **)*word_at(set, SET_TABLE);
    for (Py_ssize_t i = 0; i <= number_at(set, SET_MASK); i++)
        if (table[2 * i])
            return table[2 * i];
    PyErr_SetString(PyExc_RuntimeError, "this Python lays out sets in a way unknown to reimport");
    return NULL;
}

/* Takes an item out of a set that is nobody else's yet, without asking for its hash. */
static int drop_item(PyObject *set, PyObject *item)
{
    PyObject **table = (PyObject **)*word_at(set, SET_TABLE), *mark = taken_out();

    for (Py_ssize_t i = 0; mark && i <= number_at(set, SET_MASK); i++)
        if (table[2 * i] == item) {
            table[2 * i] = mark;
            table[2 * i + 1] = (PyObject *)(intptr_t)-1;
            *word_at(set, SET_USED) = (PyObject *)(number_at(set, SET_USED) - 1);
            Py_DecRef(item);
        }
    return mark ? 0 : -1;
}

static int remake_item(PyObject *item, void *arg)
{
    struct remake *r = arg;
    PyObject *goal = successor(r->p, item);

    if (!is_rekeyed(r->p, item))
        return 0;
    if (keeps_hash(r->p, item)) {
        holder_count(r->p, goal);
        r->lasting = false;
        replace_item(r->goal, item, goal);
        return 0;
    }
    PY_AUTO PyObject *future = future_of(r->p, item);
    if (!future) {
        r->left = !PyErr_Occurred();
        return -1;
    }
    holder_count(r->p, goal);
    r->lasting = r->lasting && is_new(r->p, item);
    if (goal && future != goal && !ptrmap_has(&r->p->rehashed, item)) {
        /* a member of an Enum: its successor has the same name, and so the same hash */
        if (has_item(r->goal, goal))
            return drop_item(r->goal, item);
        replace_item(r->goal, item, goal);
        return 0;
    }
    if (PySet_Discard(r->goal, item) < 0)
        return -1;
    if (!goal)
        return 0;
    if (PySet_Add(r->goal, future) < 0)
        return -1;
    if (goal == item)
        replace_item(r->goal, future, item);
    return 0;
}

int mend_set(struct plan *p, PyObject *set)
{
    PY_AUTO PyObject *goal = PySet_New(set);
    struct remake r = {p, goal, true, false};

    if (!goal)
        return -1;
    if (each_item(set, &PySet_Type, remake_item, &r) != 0)
        return r.left ? plan_leave(p, set, NULL, "an item's hash is computed by Python code") : -1;
    if (journal_add(&p->journal, J_SETSWAP, set, NULL, 0, NULL, goal) < 0)
        return -1;
    p->journal.entries[p->journal.count - 1].lasting = r.lasting;
    return 0;
}

/* ---- deques: their items lie in blocks outside the object ---- */

struct position {
    struct plan *p;
    PyObject *deque;
    Py_ssize_t index;
    bool began;
};

PyTypeObject *deque_type(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);

    while (type && !type_named(type, "collections.deque"))
        type = (PyTypeObject *)*word_at(type, TYPE_BASE);
    return type;
}

static int mend_deque_item(PyObject *item, void *arg)
{
    struct position *at = arg;
    PyObject *goal = successor(at->p, item);

    if (!at->began && item == (PyObject *)Py_TYPE(at->deque)) {
        at->began = true; /* 3.9 on: the type comes before the items */
        return 0;
    }
    at->began = true;
    if (goal && goal != item &&
        holder_change(at->p, J_SEQITEM, at->deque, NULL, at->index, item, goal) < 0)
        return -1;
    if (!goal && plan_leave(at->p, at->deque, item, "in a deque; no longer defined") < 0)
        return -1;
    at->index++;
    return 0;
}

int mend_deque(struct plan *p, PyObject *deque)
{
    struct position at = {p, deque, 0, false};
    return each_item(deque, deque_type(deque), mend_deque_item, &at);
}
