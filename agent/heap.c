/* Passes over the heap: see heap.h. */
#include "heap.h"
#include "layout.h"
#include "obj.h"

/* The built-in module gc without leaving a new name in sys.modules. */
static PyObject *gc_module(void)
{
    PyObject *modules = PyImport_GetModuleDict();
    PyObject *loaded = obj_item(modules, "gc");

    if (loaded)
        return py_new(loaded);
    PyObject *gc = PyImport_ImportModule("gc");
    if (gc && PyDict_DelItemString(modules, "gc") < 0)
        PyErr_Clear(); /* another thread took it out */
    return gc;
}

int heap_open(struct heap *heap)
{
    PY_AUTO PyObject *gc = gc_module();

    *heap = (struct heap){0};
    if (!gc)
        return -1;
    heap->get_objects = PyObject_GetAttrString(gc, "get_objects");
    heap->enable = PyObject_GetAttrString(gc, "enable");
    heap->disable = PyObject_GetAttrString(gc, "disable");
    heap->is_enabled = PyObject_GetAttrString(gc, "isenabled");
    if (!heap->get_objects || !heap->enable || !heap->disable || !heap->is_enabled)
        return -1;
    return 0;
}

int heap_collect(void)
{
    PY_AUTO PyObject *gc = gc_module();
    PY_AUTO PyObject *enabled = gc ? PyObject_CallMethod(gc, "isenabled", NULL) : NULL;
    PY_AUTO PyObject *found =
        enabled == Py_True ? PyObject_CallMethod(gc, "collect", NULL) : py_new(enabled);

    return found ? 0 : -1;
}

int heap_stop_collector(struct heap *heap)
{
    PY_AUTO PyObject *enabled = PyObject_CallFunctionObjArgs(heap->is_enabled, NULL);

    if (!enabled)
        return -1;
    heap->was_enabled = enabled == Py_True;
    PY_AUTO PyObject *none = PyObject_CallFunctionObjArgs(heap->disable, NULL);
    return none ? 0 : -1;
}

void heap_close(struct heap *heap)
{
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    py_clear(&heap->all);
    if (heap->was_enabled) {
        PY_AUTO PyObject *none = PyObject_CallFunctionObjArgs(heap->enable, NULL);
        if (!none)
            PyErr_WriteUnraisable(heap->enable);
    }
    heap->was_enabled = false;
    py_clear(&heap->get_objects);
    py_clear(&heap->enable);
    py_clear(&heap->disable);
    py_clear(&heap->is_enabled);
    PyErr_Restore(type, value, traceback);
}

/* ---- every object ---- */

struct walk {
    int (*visit)(PyObject *, void *);
    void *arg;
    const PyObject *anchor;
    bool anchor_seen;
    bool ended;
};

static int step(PyObject *o, struct walk *walk)
{
    if (o == walk->anchor)
        walk->anchor_seen = true;
    if (walk->visit(o, walk->arg) != 0)
        walk->ended = true;
    return walk->ended;
}

static int visit_unstable(PyObject *o, void *arg)
{
    return !step(o, arg);
}

static int walk_list(struct heap *heap, struct walk *walk)
{
    if (!heap->all)
        heap->all = PyObject_CallFunctionObjArgs(heap->get_objects, NULL);
    if (!heap->all)
        return -1;
    PyObject **items = *(PyObject ***)word_at(heap->all, LIST_ITEMS);
    for (Py_ssize_t i = 0, n = PyList_Size(heap->all); i < n; i++)
        if (step(items[i], walk))
            break;
    return 0;
}

/* gc.freeze()n objects are on a list of their own, which neither way of asking shows before 3.14. The
 * collector links objects through the word 16 bytes before each; the list closes at its head, a
 * struct whose word 16 bytes on is 0 where an object has its reference count (Modules/gcmodule.c,
 * struct gc_generation: head, threshold, count). Next pointers carry no flags between collections. */
static void walk_frozen(struct walk *walk)
{
    const char *start = (const char *)walk->anchor - 16;
    const char *node = start;

    do {
        if (number_at(node, 16) != 0 && step((PyObject *)(uintptr_t)(node + 16), walk))
            return;
        node = *(const char *const *)node;
    } while (node && node != start);
}

int heap_each(struct heap *heap, PyObject *anchor, int (*visit)(PyObject *, void *), void *arg)
{
    struct walk walk = {.visit = visit, .arg = arg, .anchor = anchor};

    if (py.p_PyUnstable_GC_VisitObjects)
        PyUnstable_GC_VisitObjects(visit_unstable, &walk);
    else if (walk_list(heap, &walk) < 0)
        return -1;
    if (!walk.ended && !walk.anchor_seen && number_at((char *)anchor - 16, 0) != 0 &&
        layout.version < 0x030e)
        walk_frozen(&walk);
    if (walk.ended && !PyErr_Occurred())
        PyErr_NoMemory();
    return walk.ended ? -1 : 0;
}

/* ---- who holds what ---- */

struct search {
    const struct ptrmap *targets;
    struct ptrlist *hits;
    PyObject *holder;
    bool failed;
    uint64_t filter[1024]; /* one bit for each hash of a target: most references stop here */
};

static size_t filter_bit(const void *o)
{
    return ((uintptr_t)o >> 4) & 0xffff;
}

static int visit_reference(PyObject *o, void *arg)
{
    struct search *search = arg;
    size_t bit = filter_bit(o);

    if (!(search->filter[bit >> 6] >> (bit & 63) & 1) || !ptrmap_has(search->targets, o))
        return 0;
    if (o == (PyObject *)Py_TYPE(search->holder))
        return 0; /* noted already; 3.8 does not show it here */
    if (ptrlist_add(search->hits, search->holder, o) < 0)
        search->failed = true;
    return search->failed;
}

static int visit_holder(PyObject *o, void *arg)
{
    struct search *search = arg;
    PyObject *type = (PyObject *)Py_TYPE(o);
    traverseproc traverse = *(traverseproc *)word_at(type, TYPE_TRAVERSE);
    size_t bit = filter_bit(type);

    search->holder = o;
    if ((search->filter[bit >> 6] >> (bit & 63) & 1) && ptrmap_has(search->targets, type) &&
        ptrlist_add(search->hits, o, type) < 0)
        return -1;
    if (traverse)
        traverse(o, visit_reference, search);
    return search->failed ? -1 : 0;
}

int heap_find_holders(struct heap *heap, PyObject *anchor, const struct ptrmap *targets,
                      struct ptrlist *hits)
{
    struct search search = {.targets = targets, .hits = hits};

    for (size_t i = 0; targets->mask && i <= targets->mask; i++)
        if (targets->slots[i].key) {
            size_t bit = filter_bit(targets->slots[i].key);
            search.filter[bit >> 6] |= (uint64_t)1 << (bit & 63);
        }
    return heap_each(heap, anchor, visit_holder, &search);
}
