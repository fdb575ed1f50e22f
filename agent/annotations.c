/* Annotations that the interpreter keeps in another form once they were read. */
#include "annotations.h"
#include "layout.h"
#include "obj.h"

#define CACHE "__annotations_cache__" /* of a class, since 3.14 */

/* Names and values in turn, as a function is made with them (3.10 to 3.13). The dict keeps their order. */
static bool has_pairs(PyObject *dict, PyObject *flat)
{
    PyObject *name, *value;
    Py_ssize_t at = 0, i = 0, n = PyTuple_Size(flat);
    bool same = PyDict_Size(dict) * 2 == n;

    for (; same && i < n && PyDict_Next(dict, &at, &name, &value); i += 2)
        same = PyTuple_GetItem(flat, i) == name && PyTuple_GetItem(flat, i + 1) == value;
    return same && i == n;
}

/* True if what computes them is there (3.14 on): who sets annotations takes it away. */
static bool has_maker(PyObject *o)
{
    if (is_function(o))
        return layout.function.annotate >= 0 && *word_at(o, layout.function.annotate);
    PyObject *maker = obj_item(type_dict(o), "__annotate_func__");
    return maker && maker != Py_None;
}

/* Where none were noted, somebody has asked for those that are not there, or were not computed yet. */
static bool is_made_of(PyObject *now, PyObject *noted, bool computed)
{
    if (!now || Py_TYPE(now) != &PyDict_Type)
        return false;
    if (!noted)
        return computed || PyDict_Size(now) == 0;
    return Py_TYPE(noted) == &PyTuple_Type && has_pairs(now, noted);
}

/* A class without annotations is given None when somebody asks for what computes them. */
static PyObject *class_read(const struct entry *e)
{
    PyObject *now = type_own(e->owner, e->key);

    if (obj_is(e->key, "__annotate_func__"))
        return now == Py_None && !e->old ? now : NULL;
    bool cache = obj_is(e->key, CACHE);
    if (!cache && !obj_is(e->key, "__annotations__"))
        return NULL;
    return is_made_of(now, e->old, cache && has_maker(e->owner)) ? now : NULL;
}

PyObject *annotations_read(const struct entry *e)
{
    if (e->kind == J_TYPEATTR && e->index != J_COMPUTED)
        return class_read(e);
    if (e->kind != J_WORD || !is_function(e->owner) || e->index != layout.function.annotations)
        return NULL;
    PyObject *now = *word_at(e->owner, e->index);
    return is_made_of(now, e->old, has_maker(e->owner)) ? now : NULL;
}

static int note_function(struct journal *j, PyObject *old, PyObject *new)
{
    Py_ssize_t at = layout.function.annotations;

    if (*word_at(old, at) || *word_at(new, at))
        return 0;
    return journal_note(j, J_WORD, old, NULL, at, NULL, NULL);
}

static int note_class(struct journal *j, PyObject *old, PyObject *new)
{
    PY_AUTO PyObject *key = PyUnicode_InternFromString(CACHE);

    if (!key || type_own(old, key) || type_own(new, key) || PyErr_Occurred())
        return PyErr_Occurred() ? -1 : 0;
    return journal_note(j, J_TYPEATTR, old, key, 0, NULL, NULL);
}

int annotations_note(struct journal *j, PyObject *old, PyObject *new)
{
    if (!has_maker(old) && !has_maker(new))
        return 0;
    return is_function(old) ? note_function(j, old, new) : note_class(j, old, new);
}

/* ---- computed by other code (3.14 on) ---- */

struct computed {
    struct plan *p;
    PyObject *maker, *cache; /* names in a class's dict */
    struct ptrmap coded,
        planned; /* what gets another code; what has its annotations in the journal */
};

static bool is_of_annotations(const struct entry *e)
{
    return (e->kind == J_WORD && e->index == layout.function.annotations &&
            is_function(e->owner)) ||
           (e->kind == J_TYPEATTR && obj_is(e->key, CACHE));
}

static int note_planned(struct computed *c)
{
    const struct journal *j = &c->p->journal;

    for (Py_ssize_t i = 0; i < j->count; i++)
        if (is_of_annotations(&j->entries[i]) &&
            ptrmap_set(&c->planned, j->entries[i].owner, 1) < 0)
            return -1;
    return plan_coded(c->p, &c->coded);
}

/* True if other code computes the annotations of `o`, and nothing is planned for them yet. */
static bool is_open(const struct computed *c, PyObject *o, PyObject *maker)
{
    return maker && ptrmap_has(&c->coded, maker) && !ptrmap_has(&c->planned, o);
}

static int recompute(struct computed *c, enum entry_kind kind, PyObject *o, PyObject *key,
                     Py_ssize_t index, PyObject *cached)
{
    struct journal *j = &c->p->journal;
    return cached ? journal_add(j, kind, o, key, index, cached, NULL)
                  : journal_note(j, kind, o, key, index, NULL, NULL);
}

static int recompute_all(struct computed *c)
{
    Py_ssize_t at = layout.function.annotations;
    int rc = note_planned(c);

    for (Py_ssize_t i = 0; rc == 0 && i < c->p->old_functions.count; i++) {
        PyObject *f = c->p->old_functions.items[i].a;
        if (is_open(c, f, *word_at(f, layout.function.annotate)))
            rc = recompute(c, J_WORD, f, NULL, at, *word_at(f, at));
    }
    for (Py_ssize_t i = 0; rc == 0 && i < c->p->types.count; i++) {
        PyObject *type = c->p->types.items[i].a;
        if (!ptrmap_has(&c->p->recorded, type) && is_open(c, type, type_own(type, c->maker)))
            rc = recompute(c, J_TYPEATTR, type, c->cache, 0, type_own(type, c->cache));
    }
    return PyErr_Occurred() ? -1 : rc;
}

int plan_annotations(struct plan *p)
{
    if (layout.function.annotate < 0)
        return 0;
    PY_AUTO PyObject *maker = PyUnicode_InternFromString("__annotate_func__");
    PY_AUTO PyObject *cache = PyUnicode_InternFromString(CACHE);
    struct computed c = {.p = p, .maker = maker, .cache = cache};
    int rc = maker && cache ? recompute_all(&c) : -1;

    ptrmap_free(&c.coded);
    ptrmap_free(&c.planned);
    return rc;
}
