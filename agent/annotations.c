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
