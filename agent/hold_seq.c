/* Lists, sets and deques as holders. */
#include "holders.h"
#include "layout.h"
#include "patch.h"
#include "table.h"

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

PyObject *list_goal(const struct plan *p, PyObject *list, PyObject *item)
{
    return is_again(p, list, item) ? NULL : successor(p, item);
}

static int shrink_list(struct plan *p, PyObject *list)
{
    PY_AUTO PyObject *goal = PyList_New(0);

    for (Py_ssize_t i = 0; goal && i < PyList_Size(list); i++) {
        PyObject *item = PyList_GetItem(list, i);
        PyObject *kept = list_goal(p, list, item);
        if (kept != item)
            holder_count(p, kept);
        if (kept && PyList_Append(goal, kept) < 0)
            return -1;
    }
    return goal ? journal_add(&p->journal, J_LISTSWAP, list, NULL, 0, NULL, goal) : -1;
}

static int plan_list(struct plan *p, PyObject *list)
{
    for (Py_ssize_t i = 0; i < PyList_Size(list); i++)
        if (!list_goal(p, list, PyList_GetItem(list, i)))
            return shrink_list(p, list);
    for (Py_ssize_t i = 0; i < PyList_Size(list); i++) {
        PyObject *item = PyList_GetItem(list, i), *goal = successor(p, item);
        if (goal != item && holder_change(p, J_LISTITEM, list, NULL, i, item, goal) < 0)
            return -1;
    }
    return 0;
}

int mend_list(struct plan *p, PyObject *list)
{
    Py_ssize_t from = p->journal.count;
    return plan_list(p, list) < 0 ? -1 : patch_list(p, list, from);
}

/* ---- sets ---- */

struct remake {
    struct plan *p;
    PyObject *goal;
    bool lasting, left;
};

static int remake_item(PyObject *item, void *arg)
{
    struct remake *r = arg;
    PyObject *goal = successor(r->p, item);

    if (!is_rekeyed(r->p, item))
        return 0;
    if (keeps_hash(r->p, item)) {
        holder_count(r->p, goal);
        r->lasting = r->lasting && is_new(r->p, item);
        if (is_new(r->p, item) && table_set_has(r->goal, goal))
            return table_set_drop(r->goal, item);
        table_set_replace(r->goal, item, goal);
        return 0;
    }
    PY_AUTO PyObject *future = PyErr_Occurred() ? NULL : future_of(r->p, item);
    if (!future) {
        r->left = !PyErr_Occurred();
        return -1;
    }
    holder_count(r->p, goal);
    r->lasting = r->lasting && is_new(r->p, item);
    if (goal && future != goal && !ptrmap_has(&r->p->rehashed, item)) {
        /* a member of an Enum: its successor has the same name, and so the same hash */
        if (table_set_has(r->goal, goal))
            return table_set_drop(r->goal, item);
        table_set_replace(r->goal, item, goal);
        return 0;
    }
    if (PySet_Discard(r->goal, item) < 0)
        return -1;
    if (!goal)
        return 0;
    if (PySet_Add(r->goal, future) < 0)
        return -1;
    if (goal == item)
        table_set_replace(r->goal, future, item);
    return 0;
}

static int plan_set(struct plan *p, PyObject *set)
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

int mend_set(struct plan *p, PyObject *set)
{
    Py_ssize_t from = p->journal.count;
    return plan_set(p, set) < 0 ? -1 : patch_set(p, set, from);
}

/* ---- deques: their items lie in blocks outside the object ---- */

PyTypeObject *deque_type(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);

    while (type && !type_named(type, "collections.deque"))
        type = (PyTypeObject *)*word_at(type, TYPE_BASE);
    return type;
}

struct reading {
    PyObject *deque, *items;
    bool began;
};

static int read_item(PyObject *item, void *arg)
{
    struct reading *r = arg;
    bool is_type = !r->began && item == (PyObject *)Py_TYPE(r->deque);

    r->began = true;
    return is_type ? 0
                   : PyList_Append(r->items, item); /* 3.9 on: the type comes before the items */
}

PyObject *deque_items(PyObject *deque)
{
    PY_AUTO PyObject *items = PyList_New(0);
    struct reading r = {deque, items, false};

    if (!items || each_item(deque, deque_type(deque), read_item, &r) != 0)
        return NULL;
    return py_steal(&items);
}

int mend_deque(struct plan *p, PyObject *deque)
{
    PY_AUTO PyObject *items = deque_items(deque);
    Py_ssize_t from = p->journal.count;

    for (Py_ssize_t i = 0; items && i < PyList_Size(items); i++) {
        PyObject *item = PyList_GetItem(items, i), *goal = successor(p, item);
        if (!goal && plan_leave(p, deque, item, "in a deque; no longer defined") < 0)
            return -1;
        if (goal && goal != item && holder_change(p, J_SEQITEM, deque, NULL, i, item, goal) < 0)
            return -1;
    }
    return items ? patch_deque(p, deque, from) : -1;
}
