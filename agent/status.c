/* --status: what was done to this interpreter, and what still runs replaced code. */
#include "interps.h"
#include "plan.h"
#include "running.h"
#include "layout.h"
#include "state.h"
#include "obj.h"

static int take_suspended(PyObject *o, void *arg)
{
    return is_suspended(o) ? ptrlist_add(arg, o, NULL) : 0;
}

/* Needs the collector stopped. New reference. An audit hook is told that the frames are looked at, and may run
 * anything: what is borrowed from the heap comes after that. */
static PyObject *find_stale(struct heap *heap)
{
    PY_AUTO PyObject *frames = interps_frames();
    PY_AUTO PyObject *keep = frames ? PyList_New(0) : NULL;
    struct ptrmap replaced = {0};
    struct ptrlist suspended = {0};
    PyObject *stale = NULL;

    if (keep && state_replaced(&replaced, keep) == 0 &&
        heap_each(heap, take_suspended, &suspended) == 0)
        stale = stale_list(&replaced, frames, &suspended);
    ptrmap_free(&replaced);
    ptrlist_free(&suspended);
    return stale;
}

static PyObject *last_summary(void)
{
    PyObject *last = state_last();
    PY_AUTO PyObject *summary = PyDict_New();
    static const char *const keys[] = {"op", "when", "modules"};

    if (!last)
        return py_new(Py_None);
    for (size_t i = 0; summary && i < sizeof(keys) / sizeof(keys[0]); i++) {
        PyObject *value = obj_item(last, keys[i]);
        if (value && PyDict_SetItemString(summary, keys[i], value) < 0)
            return NULL;
    }
    return py_steal(&summary);
}

/* Of the last reimport's modules, those that an undo would leave. */
static int report_lost(PyObject *report)
{
    PyObject *last = state_last();
    struct reimport r = {.report = report};
    struct plan p = {.r = &r, .left = PyList_New(0)};
    int rc = !p.left ? -1 : last ? lost_find(&p, last) : 0;

    if (rc == 0)
        rc = PyDict_SetItemString(obj_item(report, "references"), "left", p.left);
    plan_free(&p);
    return rc;
}

int status(PyObject *report)
{
    struct heap heap;
    PY_AUTO PyObject *last = last_summary();
    PY_AUTO PyObject *changed = modified(NULL);
    PY_AUTO PyObject *stale = NULL;

    if (last && changed && layout_find() == 0 && heap_open(&heap) == 0) {
        if (heap_stop_collector(&heap) == 0)
            stale = find_stale(&heap);
        heap_close(&heap);
    }
    if (!stale || report_lost(report) < 0 || PyDict_SetItemString(report, "last", last) < 0 ||
        PyDict_SetItemString(report, "modified", changed) < 0)
        return -1;
    return PyDict_SetItemString(report, "stale", stale);
}
