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

static int take_part(PyObject *o, void *arg)
{
    struct ptrlist *parts = arg;
    return parts->count >= PARTS_MAX || ptrlist_add(parts, o, NULL) < 0;
}

int parts_of(PyObject *o, struct ptrlist *parts)
{
    if (each_referent(o, take_part, parts) == 0)
        return 0;
    return parts->count < PARTS_MAX ? -1 : 1;
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

/* Where the wrapped function is in the object that functools.lru_cache made of it; 0: not known. */
static Py_ssize_t place_of_wrapped(PyObject *cache)
{
    PY_AUTO PyObject *name = PyUnicode_InternFromString("__wrapped__");
    PyObject **dict = _PyObject_GetDictPtr(cache);
    PyObject *wrapped = name && dict && *dict ? PyDict_GetItemWithError(*dict, name) : NULL;

    for (Py_ssize_t at = 48; wrapped && at + 8 <= object_size(cache); at += 8)
        if (*word_at(cache, at) == wrapped)
            return at;
    PyErr_Clear();
    return 0;
}

int each_wrapped(PyObject *o, int (*visit)(PyObject *, void *), void *arg)
{
    if (!is_cached_function(o))
        return each_referent(o, visit, arg);
    Py_ssize_t at = place_of_wrapped(o); /* its results are among its referents */
    return at ? visit(*word_at(o, at), arg) : 0;
}

/* Around the wrapped function lie wrapper, typed, cache, hits before it, maxsize behind it
 * (Modules/_functoolsmodule.c, lru_cache_object). */
enum { CACHE_WRAPPER = -32, CACHE_TYPED = -24, CACHE_DICT = -16, CACHE_MAXSIZE = 8 };

static bool is_laid_out(PyObject *cache, Py_ssize_t func)
{
    PyObject *dict = *word_at(cache, func + CACHE_DICT);
    return dict && number_at(dict, 0) > 0 && Py_TYPE(dict) == &PyDict_Type;
}

bool same_kind_of_cache(PyObject *old, PyObject *new)
{
    Py_ssize_t in_old = is_cached_function(old) ? place_of_wrapped(old) : 0;
    Py_ssize_t in_new = is_cached_function(new) ? place_of_wrapped(new) : 0;

    if (!in_old || !in_new || !is_laid_out(old, in_old) || !is_laid_out(new, in_new))
        return true; /* then what makes the difference is not touched either */
    return number_at(old, in_old + CACHE_WRAPPER) == number_at(new, in_new + CACHE_WRAPPER);
}

/* typed and maxsize, of a cache that keeps results in the same form. */
static int move_cache_size(struct plan *p, PyObject *old, PyObject *new, Py_ssize_t func)
{
    if (!is_laid_out(old, func) || !is_laid_out(new, func))
        return 0;
    return plan_number(p, old, new, func + CACHE_TYPED) < 0
               ? -1
               : plan_number(p, old, new, func + CACHE_MAXSIZE);
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
    for (Py_ssize_t at = 48; was && goal && at + 8 <= object_size(old); at += 8)
        if (*word_at(old, at) == was &&
            ((was != goal && journal_add(&p->journal, J_WORD, old, NULL, at, was, goal) < 0) ||
             (*word_at(new, at) == is && move_cache_size(p, old, new, at) < 0)))
            return -1;
    return journal_add(&p->journal, J_WORD, old, NULL, (char *)old_dict - (char *)old, *old_dict,
                       *new_dict);
}

/* From 3.14 on a partial has the number of its placeholders right before what is called by vectorcall
 * (Modules/_functoolsmodule.c, partialobject: phcount, vectorcall). */
static int move_placeholders(struct plan *p, PyObject *old, PyObject *new)
{
    Py_ssize_t at = number_at(Py_TYPE(old), TYPE_VECTORCALL_OFFSET) - 8;

    if (layout.version < 0x030e || !type_named(Py_TYPE(old), "functools.partial") || at < 16)
        return 0;
    return plan_number(p, old, new, at);
}

int plan_wrapper(struct plan *p, PyObject *old, PyObject *new)
{
    if (move_placeholders(p, old, new) < 0)
        return -1;
    return is_cached_function(old) ? move_cached_function(p, old, new) : move_fields(p, old, new);
}
