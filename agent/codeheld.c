/* Code objects that a program holds by themselves, as jinja2 does in the set of those that its
 * tracebacks leave out: such a set, dict or list gets the new code in the place of the old. What else
 * holds code (functions, frames, the code around it) is no holder in this sense. */
#include "codeonly.h"
#include "holders.h"
#include "layout.h"

static bool is_type_dict(const struct code_plan *c, PyObject *o)
{
    for (Py_ssize_t i = 0; i < c->p.types.count; i++)
        if (type_dict(c->p.types.items[i].a) == o)
            return true;
    return false;
}

static bool is_ours(const struct code_plan *c, PyObject *o)
{
    for (Py_ssize_t i = 0; i < c->p.r->count; i++)
        if (c->units[i].match.made == o)
            return true;
    return o == c->keep;
}

static bool is_container(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);
    return type == &PySet_Type || type == &PyFrozenSet_Type || type == &PyList_Type ||
           type == &PyDict_Type;
}

/* ---- one pass over the heap ---- */

struct search {
    struct ptrmap targets;
    struct ptrlist hits; /* a: the container, b: the code */
    PyObject *holder;    /* a container, or NULL */
    bool failed;
};

static int hit(struct search *search, PyObject *holder, PyObject *o)
{
    if (o && ptrmap_has(&search->targets, o) && ptrlist_add(&search->hits, holder, o) < 0)
        search->failed = true;
    return search->failed;
}

/* Until 3.13 the collector does not know a dict that holds only code and the like; its holder does.
 * The first word of its head, 16 bytes before it, is 0 then (Include/internal/pycore_gc.h). */
static bool is_untracked_dict(PyObject *o)
{
    return layout.version < 0x030e && Py_TYPE(o) == &PyDict_Type &&
           number_at((char *)o - 16, 0) == 0;
}

static int visit_untracked(struct search *search, PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    int ended = 0;

    while (!ended && PyDict_Next(dict, &at, &key, &value))
        ended = hit(search, dict, key) || hit(search, dict, value);
    return ended;
}

static int visit_reference(PyObject *o, void *arg)
{
    struct search *search = arg;

    if (is_untracked_dict(o))
        return visit_untracked(search, o);
    return search->holder ? hit(search, search->holder, o) : 0;
}

static int visit_object(PyObject *o, void *arg)
{
    struct search *search = arg;
    traverseproc traverse = *(traverseproc *)word_at(Py_TYPE(o), TYPE_TRAVERSE);

    search->holder = is_container(o) ? o : NULL;
    if (traverse)
        traverse(o, visit_reference, search);
    return search->failed;
}

/* No Python code runs until all that was found is held. */
static int keep_hits(struct code_plan *c, const struct ptrlist *hits)
{
    for (Py_ssize_t i = 0; i < hits->count; i++) {
        PyObject *holder = hits->items[i].a, *code = hits->items[i].b;
        if (is_ours(c, holder) || is_type_dict(c, holder))
            continue;
        if (PyList_Append(c->keep, holder) < 0 || PyList_Append(c->keep, code) < 0)
            return -1;
        if (ptrlist_add(&c->held, holder, code) < 0)
            return PyErr_NoMemory(), -1;
    }
    return 0;
}

int held_find(struct code_plan *c)
{
    struct search search = {0};
    int rc = heap_open(&c->p.heap);

    for (Py_ssize_t i = 0; rc == 0 && i < c->p.codes.pairs.count; i++)
        rc = ptrmap_set(&search.targets, c->p.codes.pairs.items[i].a, 1);
    if (rc == 0)
        rc = heap_each(&c->p.heap, visit_object, &search);
    if (rc == 0)
        rc = keep_hits(c, &search.hits);
    heap_close(&c->p.heap);
    ptrmap_free(&search.targets);
    ptrlist_free(&search.hits);
    return rc;
}

/* ---- planning ---- */

static int mend_held(struct code_plan *c, PyObject *holder)
{
    if (ptrmap_has(&c->p.handled, holder))
        return 0;
    if (ptrmap_set(&c->p.handled, holder, 1) < 0)
        return -1;
    if (Py_TYPE(holder) == &PyDict_Type)
        return mend_dict(&c->p, holder);
    return Py_TYPE(holder) == &PyList_Type ? mend_list(&c->p, holder) : mend_set(&c->p, holder);
}

int held_plan(struct code_plan *c)
{
    for (Py_ssize_t i = 0; i < c->held.count; i++) {
        PyObject *old = c->held.items[i].b, *new = codes_successor(&c->p.codes, old);
        if (new &&pair_as(&c->p, old, new, FATE_SWITCH) < 0)
            return -1;
    }
    for (Py_ssize_t i = 0; i < c->held.count; i++)
        if (mend_held(c, c->held.items[i].a) < 0)
            return -1;
    return 0;
}
