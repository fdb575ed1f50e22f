/* Passes over the heap: see heap.h. */
#include "heap.h"
#include "layout.h"
#include "obj.h"

/* Past sys.modules: an import would look for the module there, and leave it. */
static PyObject *make_gc(void)
{
    PyObject *bootstrap = obj_loaded("_frozen_importlib");
    PY_AUTO PyObject *importer =
        bootstrap ? PyObject_GetAttrString(bootstrap, "BuiltinImporter") : NULL;
    PY_AUTO PyObject *spec =
        importer ? PyObject_CallMethod(importer, "find_spec", "s", "gc") : NULL;
    PY_AUTO PyObject *gc =
        spec ? PyObject_CallMethod(bootstrap, "module_from_spec", "O", spec) : NULL;
    PY_AUTO PyObject *done = gc ? PyObject_CallMethod(importer, "exec_module", "O", gc) : NULL;

    if (!bootstrap && !PyErr_Occurred())
        PyErr_SetString(PyExc_SystemError, "_frozen_importlib is not loaded");
    return done ? py_steal(&gc) : NULL;
}

PyObject *heap_gc(void)
{
    PyObject *modules = PyImport_GetModuleDict();
    PyObject *loaded = obj_item(modules, "gc");

    if (loaded)
        return py_new(loaded);
    bool usual = PySys_GetObject("modules") == modules;
    PyObject *gc = usual ? PyImport_ImportModule("gc") : make_gc();
    if (gc && obj_item(modules, "gc") && PyDict_DelItemString(modules, "gc") < 0)
        PyErr_Clear(); /* another thread took it out */
    return gc;
}

int heap_open(struct heap *heap)
{
    PY_AUTO PyObject *gc = heap_gc();
    PY_AUTO PyObject *get_threshold = gc ? PyObject_GetAttrString(gc, "get_threshold") : NULL;

    *heap = (struct heap){0};
    if (!get_threshold)
        return -1;
    heap->enable = PyObject_GetAttrString(gc, "enable");
    heap->disable = PyObject_GetAttrString(gc, "disable");
    heap->is_enabled = PyObject_GetAttrString(gc, "isenabled");
    if (!heap->enable || !heap->disable || !heap->is_enabled)
        return -1;
    return gclists_find(&heap->lists, get_threshold);
}

int heap_collect(void)
{
    PY_AUTO PyObject *gc = heap_gc();
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
    if (heap->was_enabled) {
        PY_AUTO PyObject *none = PyObject_CallFunctionObjArgs(heap->enable, NULL);
        if (!none)
            PyErr_WriteUnraisable(heap->enable);
    }
    heap->was_enabled = false;
    py_clear(&heap->enable);
    py_clear(&heap->disable);
    py_clear(&heap->is_enabled);
    PyErr_Restore(type, value, traceback);
}

int heap_each(const struct heap *heap, int (*visit)(PyObject *, void *), void *arg)
{
    if (gclists_each(&heap->lists, visit, arg) == 0)
        return 0;
    if (!PyErr_Occurred())
        PyErr_NoMemory();
    return -1;
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

int heap_find_holders(const struct heap *heap, const struct ptrmap *targets, struct ptrlist *hits)
{
    struct search search = {.targets = targets, .hits = hits};

    for (size_t i = 0; targets->mask && i <= targets->mask; i++)
        if (targets->slots[i].key) {
            size_t bit = filter_bit(targets->slots[i].key);
            search.filter[bit >> 6] |= (uint64_t)1 << (bit & 63);
        }
    return heap_each(heap, visit_holder, &search);
}
