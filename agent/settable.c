/* See settable.h. A table has (key, hash) for each place (Objects/setobject.c): nothing in a free one, a mark
 * with the hash -1 where an item was taken out. A hash leads from place to place, in an order that only the set
 * knows, until a free one: so the set itself finds places here, for strings that stand for items. */
#include "settable.h"
#include "iterators.h"
#include "layout.h"

#define STR_HASH 24 /* the hash that a str remembers (Include/cpython/unicodeobject.h) */

static PyObject **table_of(PyObject *set)
{
    return (PyObject **)*word_at(set, SET_TABLE);
}

static Py_ssize_t length_of(PyObject *set)
{
    return number_at(set, SET_MASK) + 1;
}

static Py_hash_t hash_at(PyObject *set, Py_ssize_t place)
{
    return (Py_hash_t)table_of(set)[2 * place + 1];
}

static void set_place(PyObject *set, Py_ssize_t place, PyObject *key, Py_hash_t hash)
{
    table_of(set)[2 * place] = key;
    table_of(set)[2 * place + 1] = (PyObject *)(intptr_t)hash;
}

static bool is_free(PyObject *set, Py_ssize_t place)
{
    return !table_of(set)[2 * place];
}

static void set_number(PyObject *set, Py_ssize_t offset, Py_ssize_t number)
{
    *word_at(set, offset) = (PyObject *)(intptr_t)number;
}

/* ---- copies ---- */

/* The smallest table is inside the set. */
static int make_room(PyObject *set, Py_ssize_t length)
{
    if (length <= length_of(set))
        return 0;
    PyObject **table = PyMem_Malloc((size_t)length * 16);
    if (!table)
        return PyErr_NoMemory(), -1;
    *word_at(set, SET_TABLE) = (PyObject *)table;
    set_number(set, SET_MASK, length - 1);
    for (Py_ssize_t i = 0; i < length; i++)
        set_place(set, i, NULL, 0);
    return 0;
}

/* The same, place by place. */
static PyObject *copy(PyObject *set)
{
    PY_AUTO PyObject *twin = PySet_New(NULL);

    if (!twin || make_room(twin, length_of(set)) < 0)
        return NULL;
    for (Py_ssize_t i = 0; i < length_of(set); i++) {
        PyObject *key = table_of(set)[2 * i];
        set_place(twin, i, hash_at(set, i) == -1 ? key : py_new(key), hash_at(set, i));
    }
    set_number(twin, SET_FILL, number_at(set, SET_FILL));
    set_number(twin, SET_USED, number_at(set, SET_USED));
    return py_steal(&twin);
}

/* ---- equality ---- */

static bool same_items(PyObject *a, PyObject *b)
{
    bool same = PyTuple_Size(a) == PyTuple_Size(b);

    for (Py_ssize_t i = 0; same && i < PyTuple_Size(a); i++)
        same = same_key(PyTuple_GetItem(a, i), PyTuple_GetItem(b, i));
    return same;
}

static bool has_member(PyObject *set, PyObject *item, Py_hash_t hash)
{
    for (Py_ssize_t i = 0; i < length_of(set); i++)
        if (!is_free(set, i) && hash_at(set, i) == hash && same_key(table_of(set)[2 * i], item))
            return true;
    return false;
}

static bool same_members(PyObject *a, PyObject *b)
{
    bool same = number_at(a, SET_USED) == number_at(b, SET_USED);

    for (Py_ssize_t i = 0; same && i < length_of(a); i++)
        same = is_free(a, i) || hash_at(a, i) == -1 ||
               has_member(b, table_of(a)[2 * i], hash_at(a, i));
    return same;
}

bool same_key(PyObject *a, PyObject *b)
{
    PyTypeObject *type = Py_TYPE(a);

    if (a == b || Py_TYPE(b) != type)
        return a == b;
    if (type == &PyTuple_Type)
        return same_items(a, b);
    if (type == &PyFrozenSet_Type)
        return same_members(a, b);
    if (type == &PyMethod_Type)
        return PyMethod_Function(a) == PyMethod_Function(b) && PyMethod_Self(a) == PyMethod_Self(b);
    if (PyObject_TypeCheck(a, &_PyWeakref_RefType))
        return *word_at(a, WEAKREF_OBJECT) == *word_at(b, WEAKREF_OBJECT) &&
               *word_at(a, WEAKREF_OBJECT) != Py_None;
    return (type == &PyUnicode_Type || type == &PyLong_Type || type == &PyBytes_Type) &&
           PyObject_RichCompareBool(a, b, Py_EQ) == 1;
}

/* ---- changes that stay in a place ---- */

static Py_ssize_t find(PyObject *set, PyObject *item)
{
    for (Py_ssize_t i = 0; i < length_of(set); i++)
        if (table_of(set)[2 * i] == item)
            return i;
    return -1;
}

static void replace(PyObject *set, Py_ssize_t place, PyObject *to)
{
    PyObject *from = table_of(set)[2 * place];

    set_place(set, place, py_new(to), hash_at(set, place));
    Py_DecRef(from);
}

/* NULL in place of the mark: no other item was put in past it. */
static void drop(PyObject *set, Py_ssize_t place, PyObject *mark)
{
    PyObject *item = table_of(set)[2 * place];

    set_place(set, place, mark, mark ? -1 : 0);
    set_number(set, SET_USED, number_at(set, SET_USED) - 1);
    Py_DecRef(item);
}

/* What stands in a set's table for an item that was taken out (Objects/setobject.c, dummy). Borrowed. */
static PyObject *taken_out(void)
{
    PY_AUTO PyObject *set = PySet_New(NULL);

    if (!set || PySet_Add(set, Py_None) < 0 || PySet_Discard(set, Py_None) < 0)
        return NULL;
    for (Py_ssize_t i = 0; i < length_of(set); i++)
        if (!is_free(set, i))
            return table_of(set)[2 * i];
    PyErr_SetString(PyExc_RuntimeError, "this Python lays out sets in a way unknown to reimport");
    return NULL;
}

/* ---- an item that comes in ---- */

/* Items of the same hash would be asked whether they are equal to what comes: strings stand for them meanwhile,
 * which differ. */
static int cover(PyObject *set, Py_hash_t hash, struct slots *covered)
{
    for (Py_ssize_t i = 0; i < length_of(set); i++) {
        PyObject *key = table_of(set)[2 * i];
        if (is_free(set, i) || hash_at(set, i) != hash)
            continue;
        PyObject *stand_in = PyUnicode_FromFormat(" reimport: in place of %p ", key);
        if (!stand_in || slots_add(covered, key, stand_in, hash) < 0) {
            Py_DecRef(stand_in);
            return -1;
        }
        set_place(set, i, stand_in, hash);
    }
    return 0;
}

static void uncover(PyObject *set, struct slots *covered)
{
    for (Py_ssize_t i = 0; i < covered->count; i++) {
        const struct slot *slot = &covered->items[i];
        set_place(set, find(set, slot->value), slot->key, slot->hash);
        Py_DecRef(slot->value);
    }
    slots_free(covered);
}

/* A set asks each item for its hash, but a str only until it remembers one. */
static PyObject *new_place(Py_ssize_t number, PyObject *item, Py_hash_t hash)
{
    PyObject *place = PyUnicode_FromFormat(" reimport: place %zd for %p ", number, item);

    if (place)
        *word_at(place, STR_HASH) = (PyObject *)(intptr_t)hash;
    return place;
}

/* Strings that were put in where the hash leads to, one after the other: the last one is where the item is to be. */
struct comer {
    PyObject *set, *item, *places, *mark;
    Py_hash_t hash;
    Py_ssize_t *looks; /* at how many places all that come may look yet, to be where they belong */
};

static int put_place(struct comer *c)
{
    PY_AUTO PyObject *place = new_place(PyList_Size(c->places), c->item, c->hash);

    return !place || PyList_Append(c->places, place) < 0 ? -1 : PySet_Add(c->set, place);
}

static PyObject *last_place(const struct comer *c)
{
    return PyList_GetItem(c->places, PyList_Size(c->places) - 1);
}

/* All but the last leave their marks, which lead on to that. */
static void settle(struct comer *c)
{
    for (Py_ssize_t i = 0; i + 1 < PyList_Size(c->places); i++)
        drop(c->set, find(c->set, PyList_GetItem(c->places, i)), c->mark);
    replace(c->set, find(c->set, last_place(c)), c->item);
}

static Py_ssize_t count_free(PyObject *set)
{
    Py_ssize_t count = 0;

    for (Py_ssize_t i = 0; i < length_of(set); i++)
        count += is_free(set, i);
    return count;
}

/* Takes the last place out again as if it had never been. */
static int retract(struct comer *c)
{
    Py_ssize_t number = PyList_Size(c->places) - 1;

    drop(c->set, find(c->set, last_place(c)), NULL);
    return PyList_SetSlice(c->places, number, number + 1, NULL);
}

/* Marks in bounds serve as well as free places: they are free meanwhile. */
static int open_marks(PyObject *set, Py_ssize_t low, Py_ssize_t high, struct ptrmap *opened)
{
    for (Py_ssize_t i = low; i < high && i < length_of(set); i++) {
        if (hash_at(set, i) != -1)
            continue;
        if (ptrmap_set(opened, (void *)(uintptr_t)(i + 1), 1) < 0)
            return -1;
        set_place(set, i, NULL, 0);
    }
    return 0;
}

static void close_marks(PyObject *set, PyObject *mark, const struct ptrmap *opened)
{
    for (Py_ssize_t i = 0; i < length_of(set); i++)
        if (is_free(set, i) && ptrmap_has(opened, (void *)(uintptr_t)(i + 1)))
            set_place(set, i, mark, -1);
    set_number(set, SET_FILL, length_of(set) - count_free(set));
}

/* 0 if the last place is in bounds; 1 if there is none to which the hash leads, or none was found in time. The
 * table must not be made anew, as that would move all that is in it: the set does so when it believes that it is
 * filling up. One place that is no mark stays free, as no search ends without. */
static int seek(struct comer *c, Py_ssize_t low, Py_ssize_t high, const struct ptrmap *opened)
{
    Py_ssize_t marks = (Py_ssize_t)opened->used, empty = count_free(c->set);

    while (empty > 0 && *c->looks > 0) {
        *c->looks -= length_of(c->set);
        set_number(c->set, SET_FILL, 0);
        if (put_place(c) < 0)
            return -1;
        Py_ssize_t at = find(c->set, last_place(c));
        if (ptrmap_has(opened, (void *)(uintptr_t)(at + 1)))
            return 0;
        if (--empty <= marks)
            return retract(c) < 0 ? -1 : 1;
        if (at >= low && at < high)
            return 0;
    }
    return 1;
}

static int seek_within(struct comer *c, Py_ssize_t low, Py_ssize_t high)
{
    struct ptrmap opened = {0};
    int rc = open_marks(c->set, low, high, &opened);

    if (rc == 0)
        rc = seek(c, low, high, &opened);
    close_marks(c->set, c->mark, &opened);
    ptrmap_free(&opened);
    return rc == 1 && put_place(c) < 0 ? -1 : rc;
}

/* ---- all of it ---- */

/* Each item that moves takes a look at the whole table, and each place that is sought for it another one. */
#define LOOKS_MAX (1 << 22)
/* In a small table there may be no room for an item on its side of an iterator, but in a greater one. */
#define GROWN_MAX 64

struct making {
    const struct plan *p;
    PyObject *like, *goal, *mark;
    const struct slots *items;
    struct ptrmap by_place; /* place -> index in items */
    Py_ssize_t looks;
    bool iterated, kept;
};

static int add(struct making *m, const struct slot *slot)
{
    PY_AUTO PyObject *places = PyList_New(0);
    struct comer c = {m->goal, slot->key, places, m->mark, slot->hash, &m->looks};
    struct slots covered = {0};
    Py_ssize_t low = 0, high = 0;
    int rc = places ? cover(m->goal, slot->hash, &covered) : -1;

    if (rc == 0 && slot->place && m->iterated) {
        iterators_bounds(m->p, m->like, slot->place - 1, &low, &high);
        rc = seek_within(&c, low, high);
        m->kept = m->kept && rc == 0;
    } else if (rc == 0) {
        rc = put_place(&c);
    }
    uncover(m->goal, &covered);
    if (rc >= 0)
        settle(&c);
    return rc < 0 ? -1 : 0;
}

static const struct slot *slot_at(const struct making *m, Py_ssize_t i)
{
    Py_ssize_t number = ptrmap_get(&m->by_place, (void *)(uintptr_t)(i + 1));
    return number < 0 ? NULL : &m->items->items[number];
}

/* True if the item cannot have the place that it comes from as it is. */
static bool moves(const struct making *m, const struct slot *slot)
{
    return !slot->place || slot->hash != hash_at(m->like, slot->place - 1);
}

static int change_all(struct making *m)
{
    for (Py_ssize_t i = 0; i < length_of(m->like); i++) {
        const struct slot *slot = slot_at(m, i);
        if (is_free(m->like, i) || hash_at(m->like, i) == -1)
            continue;
        if (!slot || moves(m, slot))
            drop(m->goal, i, m->mark);
        else
            replace(m->goal, i, slot->key);
    }
    for (Py_ssize_t i = 0; i < m->items->count; i++)
        if (moves(m, &m->items->items[i]) && add(m, &m->items->items[i]) < 0)
            return -1;
    return 0;
}

static int change_copy(struct making *m)
{
    m->goal = copy(m->like);
    return m->goal ? change_all(m) : -1;
}

/* In a table of that length. */
static int grow(struct making *m, Py_ssize_t length)
{
    py_clear(&m->goal);
    m->goal = PySet_New(NULL);
    m->kept = true;
    if (!m->goal || make_room(m->goal, length) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < m->items->count; i++)
        if (add(m, &m->items->items[i]) < 0)
            return -1;
    return 0;
}

static int make_kept(struct making *m)
{
    Py_ssize_t length = length_of(m->like);
    int rc = change_copy(m);

    for (; rc == 0 && !m->kept && length <= GROWN_MAX; length *= 2)
        rc = grow(m, length);
    return rc;
}

static int put_anew(struct making *m, PyObject *places)
{
    for (Py_ssize_t i = 0; i < m->items->count; i++) {
        PY_AUTO PyObject *place = new_place(i, m->goal, m->items->items[i].hash);
        if (!place || PyList_Append(places, place) < 0 || PySet_Add(m->goal, place) < 0)
            return -1;
    }
    return 0;
}

static int make_anew(struct making *m)
{
    PY_AUTO PyObject *places = PyList_New(0);
    struct ptrmap numbers = {0};

    py_clear(&m->goal);
    m->goal = PySet_New(NULL);
    int rc = places && m->goal ? put_anew(m, places) : -1;

    for (Py_ssize_t i = 0; rc == 0 && i < m->items->count; i++)
        rc = ptrmap_set(&numbers, PyList_GetItem(places, i), i);
    for (Py_ssize_t i = 0; rc == 0 && i < length_of(m->goal); i++) {
        Py_ssize_t number =
            is_free(m->goal, i) ? -1 : ptrmap_get(&numbers, table_of(m->goal)[2 * i]);
        if (number >= 0)
            replace(m->goal, i, m->items->items[number].key);
    }
    ptrmap_free(&numbers);
    m->kept = !m->iterated;
    return rc;
}

static int make(struct making *m)
{
    Py_ssize_t moved = 0;

    for (Py_ssize_t i = 0; i < m->items->count; i++) {
        const struct slot *slot = &m->items->items[i];
        moved += moves(m, slot);
        if (slot->place && ptrmap_set(&m->by_place, (void *)(uintptr_t)slot->place, i) < 0)
            return -1;
    }
    m->mark = taken_out();
    if (!m->mark)
        return -1;
    int rc = moved > LOOKS_MAX / length_of(m->like) ? 1 : make_kept(m);
    return rc < 0 ? -1 : rc == 0 && m->kept ? 0 : make_anew(m);
}

PyObject *table_set_like(const struct plan *p, PyObject *set, const struct slots *items, bool *kept)
{
    struct making m = {.p = p,
                       .like = set,
                       .items = items,
                       .looks = LOOKS_MAX,
                       .iterated = is_iterated(p, set),
                       .kept = true};
    int rc = make(&m);

    ptrmap_free(&m.by_place);
    *kept = m.kept;
    if (rc < 0)
        py_clear(&m.goal);
    return m.goal;
}
