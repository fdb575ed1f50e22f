/* What only the last record keeps. A reimport's record refers to what it changed, also to a class that another one
 * replaces, and that one refers to itself, by its mro and by the functions that find it in `__class__`. Planned
 * for again, it would go from each record into the next, and never be collected.
 *
 * As the collector does it (Python/gc.c, subtract_refs), but only with what classes consist of: whatever has
 * more references than those found here is somebody's, and so is what it refers to. */
#include "layout.h"
#include "obj.h"
#include "plan.h"
#include "state.h"

/* What is more than that is not looked through: nothing is taken for the record's then. */
#define SEARCHED_MAX 200000

struct search {
    struct plan *p;
    struct ptrmap counts;  /* of the references that were found */
    struct ptrlist parts;  /* those with a count */
    struct ptrmap claimed; /* what is somebody's */
    struct ptrlist open;   /* claimed, and not looked through yet */
};

static bool is_part(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);

    return is_function(o) || type == &PyTuple_Type || type == &PyCell_Type ||
           type == &PyDict_Type || type == &PyProperty_Type || type == &PyClassMethod_Type ||
           type == &PyStaticMethod_Type || type == &PyGetSetDescr_Type ||
           type == &PyMemberDescr_Type ||
           (PyType_Check(o) && PyType_HasFeature((PyTypeObject *)o, Py_TPFLAGS_HEAPTYPE));
}

static int count(PyObject *o, void *arg)
{
    struct search *s = arg;

    if (!is_part(o))
        return 0;
    Py_ssize_t n = ptrmap_get(&s->counts, o);
    if (ptrmap_set(&s->counts, o, n < 0 ? 1 : n + 1) < 0)
        return -1;
    return n >= 0 ? 0 : ptrlist_add(&s->parts, o, NULL);
}

/* True for the globals of a module that was imported, but is not loaded: it moved into another one. */
static bool is_left_namespace(PyObject *dict)
{
    PyObject *name = obj_item(dict, "__name__");
    PyObject *module = name && PyUnicode_Check(name)
                           ? PyDict_GetItemWithError(PyImport_GetModuleDict(), name)
                           : NULL;

    return module && PyObject_TypeCheck(module, &PyModule_Type) && PyModule_GetDict(module) != dict;
}

/* Of other dicts only a class's own is looked through, which nobody else has. */
static int each_part(PyObject *o, int (*visit)(PyObject *, void *), struct search *s)
{
    if (Py_TYPE(o) == &PyDict_Type && !is_left_namespace(o))
        return 0;
    if (each_referent(o, visit, s) != 0)
        return -1;
    PyObject *dict = PyType_Check(o) ? type_dict(o) : NULL;
    return dict && each_referent(dict, visit, s) != 0 ? -1 : 0;
}

/* ---- the record's references, and ours ---- */

static int count_items(struct search *s, PyObject *list)
{
    for (Py_ssize_t i = 0; list && i < PyList_Size(list); i++)
        if (each_referent(PyList_GetItem(list, i), count, s) != 0)
            return -1;
    return 0;
}

static int count_record(struct search *s, PyObject *last)
{
    PyObject *journal = obj_item(last, "journal"), *classes = s->p->r->classes;

    if (count_items(s, journal) < 0 || count_items(s, obj_item(last, "switched")) < 0 ||
        count_items(s, obj_item(last, "carried")) < 0)
        return -1;
    /* the set's, of which one may lead to another that the record has */
    return classes && each_referent(classes, count, s) != 0 ? -1 : 0;
}

/* What stood near the set's modules may be most of the process: only what was found by then. */
static int count_again(PyObject *o, void *arg)
{
    struct search *s = arg;
    return ptrmap_has(&s->counts, o) ? count(o, s) : 0;
}

/* ---- what is somebody's ---- */

static int claim(PyObject *o, void *arg)
{
    struct search *s = arg;

    if (!ptrmap_has(&s->counts, o) || ptrmap_has(&s->claimed, o))
        return 0;
    return ptrmap_set(&s->claimed, o, 1) < 0 ? -1 : ptrlist_add(&s->open, o, NULL);
}

static bool has_others(const struct search *s, PyObject *o)
{
    return references_to(o) != ptrmap_get(&s->counts, o);
}

static int claim_all(struct search *s)
{
    for (Py_ssize_t i = 0; i < s->parts.count; i++)
        if (has_others(s, s->parts.items[i].a) && claim(s->parts.items[i].a, s) < 0)
            return -1;
    while (s->open.count)
        if (each_part(s->open.items[--s->open.count].a, claim, s) < 0)
            return -1;
    return 0;
}

static int search(struct search *s, PyObject *last)
{
    if (count_record(s, last) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < s->parts.count && s->parts.count < SEARCHED_MAX; i++)
        if (each_part(s->parts.items[i].a, count, s) < 0)
            return -1;
    if (s->parts.count >= SEARCHED_MAX)
        return 0;
    if (stood_each_held(&s->p->r->stood, count_again, s) != 0 || claim_all(s) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < s->parts.count; i++) {
        PyObject *o = s->parts.items[i].a;
        if (!ptrmap_has(&s->claimed, o) &&
            (ptrmap_set(&s->p->recorded, o, 1) < 0 || ptrmap_set(&s->p->handled, o, 1) < 0))
            return -1;
    }
    return 0;
}

static void drop_functions(struct plan *p)
{
    Py_ssize_t kept = 0;

    for (Py_ssize_t i = 0; i < p->old_functions.count; i++)
        if (!ptrmap_has(&p->recorded, p->old_functions.items[i].a))
            p->old_functions.items[kept++] = p->old_functions.items[i];
    p->old_functions.count = kept;
}

int recorded_find(struct plan *p)
{
    struct search s = {.p = p};
    PyObject *last = state_last();
    int rc = last ? search(&s, last) : 0;

    ptrmap_free(&s.counts);
    ptrmap_free(&s.claimed);
    ptrlist_free(&s.parts);
    ptrlist_free(&s.open);
    drop_functions(p);
    return rc < 0 && !PyErr_Occurred() ? (PyErr_NoMemory(), -1) : rc;
}
