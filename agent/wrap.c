/* Objects that stand for a function they wrap: what moves from the new one into the old one, field by
 * field. */
#include "layout.h"
#include "plan.h"

bool is_cached_function(PyObject *o)
{
    return type_named(Py_TYPE(o), "functools._lru_cache_wrapper");
}

bool is_wrapper_type(PyTypeObject *type)
{
    return type == &PyProperty_Type || type == &PyClassMethod_Type ||
           type == &PyStaticMethod_Type || type == &PyMethod_Type ||
           type_named(type, "functools.partial") ||
           type_named(type, "functools._lru_cache_wrapper");
}

bool is_wrapper(PyObject *o)
{
    return is_wrapper_type(Py_TYPE(o));
}

int each_item(PyObject *o, PyTypeObject *base, int (*visit)(PyObject *, void *), void *arg)
{
    traverseproc traverse = *(traverseproc *)word_at(base, TYPE_TRAVERSE);
    return traverse ? traverse(o, visit, arg) : 0;
}

int each_referent(PyObject *o, int (*visit)(PyObject *, void *), void *arg)
{
    return each_item(o, Py_TYPE(o), visit, arg);
}

static int note_referent(PyObject *o, void *arg)
{
    return ptrmap_set(arg, o, 1);
}

/* A field is one if the object's own traversal shows what is in it; NULL is one if the twin's is. */
static int move_fields(struct plan *p, PyObject *old, PyObject *new)
{
    struct ptrmap in_old = {0}, in_new = {0};
    int rc =
        each_referent(old, note_referent, &in_old) || each_referent(new, note_referent, &in_new);

    for (Py_ssize_t at = 16; rc == 0 && at + 8 <= object_size(old) && at + 8 <= object_size(new);
         at += 8) {
        PyObject *was = *word_at(old, at), *is = *word_at(new, at);
        bool field =
            (was || is) && (!was || ptrmap_has(&in_old, was)) && (!is || ptrmap_has(&in_new, is));
        PyObject *goal = field && is ? survivor(p, is) : is;
        if (field && was != goal)
            rc = journal_add(&p->journal, J_WORD, old, NULL, at, was, goal);
    }
    ptrmap_free(&in_old);
    ptrmap_free(&in_new);
    return rc;
}

static int plan_number(struct plan *p, PyObject *old, PyObject *new, Py_ssize_t at)
{
    if (number_at(old, at) == number_at(new, at))
        return 0;
    PY_AUTO PyObject *was = PyLong_FromUnsignedLongLong((size_t)number_at(old, at));
    PY_AUTO PyObject *is = PyLong_FromUnsignedLongLong((size_t)number_at(new, at));
    return was && is ? journal_add(&p->journal, J_NUMBER, old, NULL, at, was, is) : -1;
}

/* maxsize, typed, and the C function that goes with them lie around the wrapped function, which is at
 * `func` (Modules/_functoolsmodule.c, lru_cache_object: wrapper, typed, cache, hits, func, maxsize). */
static int move_cache_kind(struct plan *p, PyObject *old, PyObject *new, Py_ssize_t func)
{
    PyObject *cache = func >= 48 ? *word_at(old, func - 16) : NULL;

    if (!cache || number_at(cache, 0) <= 0 || Py_TYPE(cache) != &PyDict_Type)
        return 0;
    if (plan_number(p, old, new, func - 32) < 0 || plan_number(p, old, new, func - 24) < 0)
        return -1;
    return plan_number(p, old, new, func + 8);
}

/* The cache itself is a linked list around the object: only what is called changes, here; the stale
 * results go after the commit. */
static int move_cached_function(struct plan *p, PyObject *old, PyObject *new)
{
    PY_AUTO PyObject *name = PyUnicode_InternFromString("__wrapped__");
    PyObject **old_dict = _PyObject_GetDictPtr(old), **new_dict = _PyObject_GetDictPtr(new);

    if (!name)
        return -1;
    if (!old_dict || !new_dict || !*old_dict || !*new_dict)
        return 0;
    PyObject *was = PyDict_GetItemWithError(*old_dict, name);
    PyObject *is = PyDict_GetItemWithError(*new_dict, name);
    PyObject *goal = is ? survivor(p, is) : NULL;
    for (Py_ssize_t at = 16; was && goal && at + 8 <= object_size(old); at += 8)
        if (*word_at(old, at) == was &&
            ((was != goal && journal_add(&p->journal, J_WORD, old, NULL, at, was, goal) < 0) ||
             (*word_at(new, at) == is && move_cache_kind(p, old, new, at) < 0)))
            return -1;
    return journal_add(&p->journal, J_WORD, old, NULL, (char *)old_dict - (char *)old, *old_dict,
                       *new_dict);
}

int plan_wrapper(struct plan *p, PyObject *old, PyObject *new)
{
    return is_cached_function(old) ? move_cached_function(p, old, new) : move_fields(p, old, new);
}
