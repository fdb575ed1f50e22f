/* Finding and walking the collector's lists: see gclists.h.
 *
 * Each tracked object has two words before it that link it into a ring through the head of its generation. A head
 * has two such words, the generation's threshold and its count (struct gc_generation in
 * Include/internal/pycore_gc.h, or pycore_interp_structs.h). Three of them stand in a row, the youngest first; then,
 * up to 3.13, a pointer to the first; then that of the frozen objects. Debian's 3.13 has them at addresses that are
 * no multiples of eight. */
#include "gclists.h"
#include "obj.h"

typedef uintptr_t word __attribute__((aligned(1), may_alias));
typedef int32_t number __attribute__((aligned(1), may_alias));

enum { NEXT = 0, PREV = 8, THRESHOLD = 16, GENERATION = 24, LINKS = 16, GENERATIONS = 3 };

/* The low bits of a link are the collector's own. */
static const char *follow(const char *node, int link)
{
    return (const char *)(*(const word *)(node + link) & ~(uintptr_t)3);
}

/* The head after those three: `after` them all, if no pointer to the first comes before it. */
static const char *frozen_head(const char *first)
{
    const char *after = first + (Py_ssize_t)GENERATIONS * GENERATION;
    const char *pointer = after + (-(uintptr_t)after & 7);

    return *(const word *)pointer == (uintptr_t)first ? pointer + sizeof(word) : after;
}

static bool has_thresholds(const char *first, PyObject *thresholds)
{
    for (int i = 0; i < 2; i++) { /* the third says 0 in some versions whatever it is */
        PyObject *told = PyTuple_Check(thresholds) ? PyTuple_GetItem(thresholds, i) : NULL;
        long threshold = told ? PyLong_AsLong(told) : -1;
        if (*(const number *)(first + (Py_ssize_t)i * GENERATION + THRESHOLD) != threshold)
            return false;
    }
    return true;
}

static bool is_ring(const char *head)
{
    const char *next = follow(head, NEXT), *prev = follow(head, PREV);

    return next && prev && follow(next, PREV) == head && follow(prev, NEXT) == head;
}

/* `node`: what the newest object has before it. It is the last of its ring, right before the head. */
static bool find_heads(struct gclists *lists, const char *node, PyObject *thresholds)
{
    const char *first = follow(node, NEXT);
    bool known = first && follow(first, PREV) == node && has_thresholds(first, thresholds);

    if (!known)
        return false;
    lists->heads[0] = frozen_head(first);
    for (int i = 0; i < GENERATIONS; i++)
        lists->heads[GENERATIONS - i] = first + (Py_ssize_t)i * GENERATION;
    for (int i = 0; known && i < GC_LISTS; i++)
        known = is_ring(lists->heads[i]);
    return known;
}

int gclists_find(struct gclists *lists, PyObject *get_threshold)
{
    PY_AUTO PyObject *thresholds = PyObject_CallFunctionObjArgs(get_threshold, NULL);
    PY_AUTO PyObject *newest = thresholds ? PyList_New(0) : NULL;

    if (!newest)
        return -1;
    if (find_heads(lists, (const char *)newest - LINKS, thresholds))
        return 0;
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_RuntimeError,
                        "this Python keeps its objects in a way unknown to reimport");
    return -1;
}

int gclists_each(const struct gclists *lists, int (*visit)(PyObject *, void *), void *arg)
{
    for (int i = 0; i < GC_LISTS; i++)
        for (const char *node = lists->heads[i]; (node = follow(node, NEXT)) != lists->heads[i];) {
            int rc = visit((PyObject *)(uintptr_t)(node + LINKS), arg);
            if (rc)
                return rc;
        }
    return 0;
}
