/* Noting what stands where, nearest first: see stood.h. */
#include "stood.h"
#include "gil.h"
#include "holders.h"
#include "layout.h"
#include "obj.h"
#include "rt.h"
#include "stoodkinds.h"

#define LENGTH_MAX 10000
#define SLICE 4000 /* references; in a process that was forked, holding one may be copying a page */

/* The namespaces of modules and classes lead on to those of everything that is loaded: what programs keep
 * things in comes before. */
enum { DATA, CODE, QUEUES };

struct walk {
    struct stood *stood;
    struct kinds kinds;
    struct ptrmap seen;
    struct queue {
        struct ptrlist list; /* owned, from `kept` on */
        Py_ssize_t at, kept;
        Py_ssize_t references, most;
    } queues[QUEUES];
    struct queue *queue; /* from which the present container is */
    Py_ssize_t slice;    /* how many references there were since others could run */
    int64_t start;       /* when that was, in ns */
    double *longest_ms;
};

/* ---- noting ---- */

const void *stood_key(PyObject *key)
{
    bool is_text = PyUnicode_CheckExact(key);
    Py_hash_t hash = is_text ? PyObject_Hash(key) : 0;

    return !is_text ? (const void *)key : (const void *)(hash ? hash : 1);
}

/* Such as __doc__ and __module__: half of what classes and modules have, and nobody's to replace by a function. */
static bool is_description(PyObject *key, PyObject *value)
{
    return PyUnicode_CheckExact(value) && obj_starts(key, "__");
}

static int note_place(struct walk *w, PyObject *key, PyObject *value)
{
    struct stood *s = w->stood;
    struct stood_place place = {.key = key ? stood_key(key) : NULL,
                                .value = value,
                                .has_value = may_stand_again(&w->kinds, value)};

    if (key && (!place.has_value || is_description(key, value)))
        return 0;
    void *places = array_grown(s->places, s->count, &s->room, 256, sizeof(place));
    if (!places)
        return PyErr_NoMemory(), -1;
    s->places = places;
    if (place.has_value)
        Py_IncRef(value);
    s->places[s->count++] = place;
    return 0;
}

static int note_container(struct walk *w, PyObject *o, Py_ssize_t first)
{
    struct stood *s = w->stood;

    if (s->count == first)
        return 0;
    void *containers = array_grown(s->containers, s->container_count, &s->container_room, 256,
                                   sizeof(*s->containers));
    if (!containers)
        return PyErr_NoMemory(), -1;
    s->containers = containers;
    if (ptrmap_set(&s->of, o, s->container_count) < 0)
        return -1;
    s->containers[s->container_count++] =
        (struct stood_container){.first = first, .count = s->count - first};
    return 0;
}

/* ---- what is near ---- */

static int add(struct walk *w, int queue, PyObject *o)
{
    if (!o || ptrmap_has(&w->seen, o))
        return 0;
    if (ptrmap_set(&w->seen, o, 1) < 0)
        return -1;
    if (ptrlist_add(&w->queues[queue].list, o, NULL) < 0)
        return PyErr_NoMemory(), -1;
    Py_IncRef(o);
    return 0;
}

static int visit_class(struct walk *w, PyObject *type)
{
    if (!is_class(type))
        return 0;
    return add(w, CODE, type_dict(type)) < 0 ? -1 : add(w, CODE, *word_at(type, TYPE_BASES));
}

static int visit_function(struct walk *w, PyObject *function)
{
    return add(w, CODE, *word_at(function, layout.function.globals)) < 0
               ? -1
               : add(w, DATA, *word_at(function, layout.function.closure));
}

static bool is_full(const struct queue *queue)
{
    return queue->references >= queue->most;
}

/* Of functions and classes, which are many, only what leads on. */
static int visit(PyObject *o, void *arg)
{
    struct walk *w = arg;
    Py_ssize_t kind = is_full(w->queue) ? 0 : kind_of(&w->kinds, o);

    w->queue->references++;
    w->slice++;
    if (kind & IS_FUNCTION)
        return visit_function(w, o);
    if (kind & IS_CLASS)
        return visit_class(w, o);
    if (kind & IS_MODULE)
        return add(w, CODE, PyModule_GetDict(o));
    return kind & IS_CONTAINER ? add(w, DATA, o) : 0;
}

static int enter_dict(struct walk *w, PyObject *dict)
{
    bool noted = !ptrmap_has(w->kinds.namespaces, dict);
    PyObject *key, *value;
    Py_ssize_t at = 0;

    if (PyDict_Size(dict) > LENGTH_MAX)
        return 0;
    while (PyDict_Next(dict, &at, &key, &value))
        if (visit(value, w) < 0 || (noted && note_place(w, key, value) < 0))
            return -1;
    return 0;
}

static int enter_list(struct walk *w, PyObject *list)
{
    Py_ssize_t count = PyList_Size(list);

    for (Py_ssize_t i = 0; count <= LENGTH_MAX && i < count; i++)
        if (visit(PyList_GetItem(list, i), w) < 0 ||
            note_place(w, NULL, PyList_GetItem(list, i)) < 0)
            return -1;
    return 0;
}

static int enter_cell(struct walk *w, PyObject *cell)
{
    PY_AUTO PyObject *inside = PyCell_Get(cell);
    return !inside ? 0 : visit(inside, w) < 0 ? -1 : note_place(w, NULL, inside);
}

static int enter(struct walk *w, PyObject *o)
{
    Py_ssize_t first = w->stood->count;
    bool is_dict = PyDict_Check(o), is_list = PyList_Check(o), is_cell = Py_TYPE(o) == &PyCell_Type;

    if (!is_dict && !is_list && !is_cell)
        return PyTuple_Check(o) && PyTuple_Size(o) > LENGTH_MAX ? 0 : each_referent(o, visit, w);
    if ((is_dict ? enter_dict(w, o) : is_list ? enter_list(w, o) : enter_cell(w, o)) < 0)
        return -1;
    return note_container(w, o, first);
}

/* All modules are in sys.modules, and every function leads to its builtins. */
static int prepare(struct walk *w, PyObject *classes)
{
    if (ptrmap_set(&w->seen, PyImport_GetModuleDict(), 1) < 0 ||
        ptrmap_set(&w->seen, PyEval_GetBuiltins(), 1) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < PyList_Size(classes); i++)
        if (ptrmap_set(&w->kinds.classes, PyList_GetItem(classes, i), 1) < 0)
            return -1;
    w->queue = &w->queues[DATA];
    for (size_t i = 0; w->kinds.namespaces->mask && i <= w->kinds.namespaces->mask; i++) {
        PyObject *dict = (PyObject *)(uintptr_t)w->kinds.namespaces->slots[i].key;
        if (dict && visit(dict, w) < 0)
            return -1;
    }
    return 0;
}

/* May run finalizers. */
static void let_go(struct queue *queue, Py_ssize_t end)
{
    while (queue->kept < end)
        Py_DecRef(queue->list.items[queue->kept++].a);
}

/* What is still to be looked at is held; types that are not may go, and so may they with what was looked at, of
 * which we can have the last reference by now. */
static void let_others_run(struct walk *w)
{
    gil_note_hold(w->longest_ms, w->start);
    ptrmap_free(&w->kinds.types);
    for (int i = 0; i < QUEUES; i++)
        let_go(&w->queues[i], w->queues[i].at);
    gil_let_others_run();
    w->slice = 0;
    w->start = rt_monotonic_ns();
}

/* NULL: all is done. */
static struct queue *next_queue(struct walk *w)
{
    for (int i = 0; i < QUEUES; i++)
        if (w->queues[i].at < w->queues[i].list.count && !is_full(&w->queues[i]))
            return &w->queues[i];
    return NULL;
}

static int walk(struct walk *w)
{
    while ((w->queue = next_queue(w)) != NULL) {
        if (enter(w, w->queue->list.items[w->queue->at++].a) < 0)
            return -1;
        if (w->slice >= SLICE)
            let_others_run(w);
    }
    return 0;
}

static void queue_free(struct queue *queue)
{
    let_go(queue, queue->list.count);
    ptrlist_free(&queue->list);
}

int stood_note(struct stood *stood, const struct ptrmap *namespaces, PyObject *classes,
               double *longest_ms)
{
    struct walk w = {.stood = stood,
                     .kinds = {.namespaces = namespaces},
                     .queues = {[DATA] = {.most = 15000}, [CODE] = {.most = 5000}},
                     .longest_ms = longest_ms,
                     .start = rt_monotonic_ns()};
    int rc = prepare(&w, classes) < 0 ? -1 : walk(&w);

    queue_free(&w.queues[DATA]);
    queue_free(&w.queues[CODE]);
    ptrmap_free(&w.kinds.classes);
    ptrmap_free(&w.seen);
    ptrmap_free(&w.kinds.types);
    gil_note_hold(longest_ms, w.start);
    return rc;
}

void stood_free(struct stood *stood)
{
    struct stood old = *stood;

    *stood = (struct stood){0};
    for (Py_ssize_t i = 0; i < old.count; i++)
        if (old.places[i].has_value)
            Py_DecRef(old.places[i].value);
    for (Py_ssize_t i = 0; i < old.container_count; i++)
        ptrmap_free(&old.containers[i].keys);
    PyMem_RawFree(old.places);
    PyMem_RawFree(old.containers);
    ptrmap_free(&old.of);
    ptrmap_free(&old.ghosts);
}
