/* Which objects are keys: of dicts, items of sets, or in tuples and the like that are. */
#include "holders.h"
#include "holdings.h"
#include "layout.h"

struct search {
    const struct plan *p;
    struct ptrmap *sought;
    struct ptrlist hits; /* of `sought`, and of what hashes by what it holds of it */
    struct holdings holdings;
    struct ptrmap keys; /* all of these that are keys */
};

/* ---- what hashes by them ---- */

static int follow(struct search *s, Py_ssize_t from, struct ptrmap *followed, struct ptrmap *more)
{
    for (Py_ssize_t i = from; i < s->hits.count; i++) {
        PyObject *o = s->hits.items[i].a;
        if (hash_follows(o) && Py_TYPE(o) != &PyMethod_Type && !ptrmap_has(followed, o) &&
            !ptrmap_has(&s->p->internals, o) &&
            (ptrmap_set(followed, o, 1) < 0 || ptrmap_set(more, o, 1) < 0))
            return -1;
    }
    return 0;
}

static int find_holders(struct search *s)
{
    struct ptrmap followed = {0};
    int rc = heap_find_holders(&s->p->heap, s->sought, &s->hits);

    for (Py_ssize_t from = 0; rc == 0 && from < s->hits.count;) {
        struct ptrmap more = {0};
        Py_ssize_t end = s->hits.count;
        rc = follow(s, from, &followed, &more);
        if (rc == 0 && more.used)
            rc = heap_find_holders(&s->p->heap, &more, &s->hits);
        ptrmap_free(&more);
        from = end;
    }
    ptrmap_free(&followed);
    return rc;
}

/* ---- which are keys ---- */

static int note_key(PyObject *o, void *arg)
{
    struct search *s = arg;

    if (ptrmap_has(&s->keys, o))
        return 0;
    return ptrmap_set(&s->keys, o, 1) < 0 ? -1 : holdings_each(&s->holdings, o, note_key, s);
}

static int note_dict_keys(struct search *s, PyObject *dict, const struct ptrmap *held)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(dict, &at, &key, &value))
        if (ptrmap_has(held, key) && note_key(key, s) < 0)
            return -1;
    return 0;
}

static int add(PyObject *o, void *held)
{
    return ptrmap_set(held, o, 1);
}

static int note_keys(struct search *s, PyObject *holder)
{
    struct ptrmap held = {0};
    int rc = 0;

    if (PyDict_Check(holder)) {
        rc = holdings_each(&s->holdings, holder, add, &held);
        if (rc == 0)
            rc = note_dict_keys(s, holder, &held);
    } else if (PyObject_TypeCheck(holder, &PySet_Type) ||
               PyObject_TypeCheck(holder, &PyFrozenSet_Type)) {
        rc = holdings_each(&s->holdings, holder, note_key, s);
    }
    ptrmap_free(&held);
    return rc;
}

static int note_all_keys(struct search *s)
{
    struct ptrmap done = {0};
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < s->hits.count; i++) {
        PyObject *holder = s->hits.items[i].a;
        if (!ptrmap_has(&done, holder) && (rc = ptrmap_set(&done, holder, 1)) == 0)
            rc = note_keys(s, holder);
    }
    ptrmap_free(&done);
    return rc;
}

/* A weak reference that was hashed has the object's hash, and may be a key in its stead. */
static bool has_hashed_reference(PyObject *o)
{
    Py_ssize_t offset = number_at(Py_TYPE(o), TYPE_WEAKLISTOFFSET);
    PyObject *ref = offset ? *word_at(o, offset) : NULL;

    while (ref && number_at(ref, WEAKREF_HASH) == -1)
        ref = *word_at(ref, WEAKREF_NEXT);
    return ref;
}

static void mark_keyed(struct search *s)
{
    for (size_t i = 0; s->sought->mask && i <= s->sought->mask; i++) {
        PyObject *o = (PyObject *)(uintptr_t)s->sought->slots[i].key;
        if (o && (ptrmap_has(&s->keys, o) || has_hashed_reference(o)))
            s->sought->slots[i].value = 1;
    }
}

int find_keyed(const struct plan *p, struct ptrmap *sought)
{
    struct search s = {.p = p, .sought = sought};
    int rc = find_holders(&s);

    if (rc == 0)
        rc = holdings_open(&s.holdings, &s.hits);
    if (rc == 0)
        rc = note_all_keys(&s);
    if (rc == 0)
        mark_keyed(&s);
    ptrlist_free(&s.hits);
    holdings_close(&s.holdings);
    ptrmap_free(&s.keys);
    return rc;
}
