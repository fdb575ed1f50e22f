/* What stood where, asked for afterwards: see stood.h. */
#include "forget.h"
#include "journal.h"
#include "layout.h"
#include "obj.h"
#include "plan.h"
#include "state.h"
#include "stood.h"

/* ---- while nobody runs but us ---- */

struct settle {
    struct stood *stood;
    struct ptrmap
        counts; /* what is held here, or by the last record -> by how many of these references */
    bool more;
};

/* Nobody counts the references to strings and the like, or to classes. */
static bool is_lent(const struct stood_place *place)
{
    PyTypeObject *type = place->has_value ? Py_TYPE(place->value) : NULL;

    return type && type != &PyUnicode_Type && type != &PyLong_Type && place->value != Py_None &&
           !PyType_Check(place->value);
}

static int count(struct settle *s, PyObject *o)
{
    Py_ssize_t n = ptrmap_get(&s->counts, o);
    return ptrmap_set(&s->counts, o, n < 0 ? 1 : n + 1);
}

static int count_changes(struct settle *s, PyObject *changes)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(changes); i++) {
        PyObject *change = PyTuple_GetItem(changes, i);
        for (Py_ssize_t k = 0; k < PyTuple_Size(change); k++)
            if (count(s, PyTuple_GetItem(change, k)) < 0)
                return -1;
    }
    return 0;
}

static int count_all(struct settle *s)
{
    PyObject *last = state_last();
    PyObject *journal = last ? obj_item(last, "journal") : NULL;

    for (Py_ssize_t i = 0; i < s->stood->count; i++)
        if (is_lent(&s->stood->places[i]) && count(s, s->stood->places[i].value) < 0)
            return -1;
    for (Py_ssize_t i = 0; journal && i < PyList_Size(journal); i++) {
        PyObject *entry = PyList_GetItem(journal, i);
        if (PyLong_AsLong(PyTuple_GetItem(entry, FROZEN_KIND)) == J_PATCH &&
            count_changes(s, PyTuple_GetItem(entry, FROZEN_OLD)) < 0)
            return -1;
    }
    return 0;
}

static int count_part(PyObject *o, void *arg)
{
    struct settle *s = arg;

    if (!ptrmap_has(&s->counts, o))
        return 0;
    s->more = true;
    return count(s, o);
}

/* Its references are no others' either. */
static int note_ghost(struct settle *s, PyObject *o)
{
    PyObject *attributes = is_class(o) || is_function(o) ? NULL : attributes_of(o);

    if (ptrmap_set(&s->stood->ghosts, o, 1) < 0 || each_referent(o, count_part, s) != 0)
        return -1;
    return attributes && each_referent(attributes, count_part, s) != 0 ? -1 : 0;
}

static bool is_nobody_elses(const struct settle *s, size_t i)
{
    const struct ptrmap_slot *slot = &s->counts.slots[i];

    return slot->key && slot->value == references_to(slot->key) &&
           !ptrmap_has(&s->stood->ghosts, slot->key);
}

static int find_ghosts(struct settle *s)
{
    do {
        s->more = false;
        for (size_t i = 0; s->counts.mask && i <= s->counts.mask; i++)
            if (is_nobody_elses(s, i) &&
                note_ghost(s, (PyObject *)(uintptr_t)s->counts.slots[i].key) < 0)
                return -1;
    } while (s->more);
    return 0;
}

static bool is_returned(const struct stood *stood, const struct stood_place *place)
{
    return is_lent(place) && !stood_is_ghost(stood, place->value);
}

static void each_lent(struct stood *stood, void (*step)(PyObject *))
{
    for (Py_ssize_t i = 0; i < stood->count; i++)
        if (is_returned(stood, &stood->places[i]))
            step(stood->places[i].value);
}

int stood_each_held(const struct stood *stood, int (*visit)(PyObject *, void *), void *arg)
{
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < stood->count; i++)
        if (stood->places[i].has_value && !is_returned(stood, &stood->places[i]))
            rc = visit(stood->places[i].value, arg);
    return rc;
}

int stood_settle(struct stood *stood)
{
    struct settle s = {.stood = stood};
    int rc = count_all(&s) < 0 || find_ghosts(&s) < 0 ? -1 : 0;

    ptrmap_free(&s.counts);
    if (rc < 0) {
        ptrmap_free(&stood->ghosts);
        return -1;
    }
    each_lent(stood, Py_DecRef);
    stood->settled = true;
    return 0;
}

void stood_unsettle(struct stood *stood)
{
    if (stood->settled)
        each_lent(stood, Py_IncRef);
    stood->settled = false;
    ptrmap_free(&stood->ghosts);
}

bool stood_is_ghost(const struct stood *stood, PyObject *o)
{
    return ptrmap_has(&stood->ghosts, o);
}

/* ---- questions ---- */

static struct stood_container *container_of(const struct stood *stood, PyObject *o)
{
    Py_ssize_t i = ptrmap_get(&stood->of, o);
    return i < 0 ? NULL : &stood->containers[i];
}

bool stood_knows(const struct stood *stood, PyObject *o)
{
    return ptrmap_has(&stood->of, o);
}

/* Makes the places of a dict known by their keys; false without memory. */
static bool know_keys(const struct stood *stood, struct stood_container *c)
{
    for (Py_ssize_t i = c->keys.used ? c->count : 0; i < c->count; i++) {
        const struct stood_place *place = &stood->places[c->first + i];
        if (place->key && ptrmap_set(&c->keys, place->key, i) < 0) {
            PyErr_Clear();
            ptrmap_free(&c->keys);
            return false;
        }
    }
    return true;
}

static const struct stood_place *find_place(const struct stood *stood,
                                            const struct stood_container *c, const void *key)
{
    for (Py_ssize_t i = 0; i < c->count; i++)
        if (stood->places[c->first + i].key == key)
            return &stood->places[c->first + i];
    return NULL;
}

/* The same, in a time that does not grow with the dict: all its entries may be asked for. */
static const struct stood_place *look_up(const struct stood *stood, struct stood_container *c,
                                         PyObject *key)
{
    if (!key || !know_keys(stood, c))
        return find_place(stood, c, key ? stood_key(key) : NULL);
    Py_ssize_t i = ptrmap_get(&c->keys, stood_key(key));
    return i < 0 ? NULL : &stood->places[c->first + i];
}

PyObject *stood_under(const struct stood *stood, PyObject *container, PyObject *key)
{
    struct stood_container *c = container_of(stood, container);
    const struct stood_place *place = c ? look_up(stood, c, key) : NULL;

    return place && place->has_value ? place->value : NULL;
}

const struct stood_place *stood_items(const struct stood *stood, PyObject *list, PyObject *items,
                                      const struct ptrmap *new)
{
    const struct stood_container *c = container_of(stood, list);

    if (!c || c->count != PyList_Size(items))
        return NULL;
    for (Py_ssize_t k = 0; k < c->count; k++) {
        PyObject *item = PyList_GetItem(items, k);
        if (item != stood->places[c->first + k].value && !ptrmap_has(new, item))
            return NULL;
    }
    return &stood->places[c->first];
}
