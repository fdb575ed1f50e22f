/* --undo: the journal of the last reimport, backwards. What it did to containers for objects that came
 * with the import stays (those entries are lasting); the record that the undo leaves is the way
 * forward again. */
#include "layout.h"
#include "plan.h"
#include "rt.h"
#include "state.h"
#include "obj.h"

/* Copies of the entries whose place still holds what the reimport put there; the others are reported. */
static int keep_current(struct plan *p, struct journal *inverse)
{
    for (Py_ssize_t i = 0; i < inverse->count; i++) {
        const struct entry *e = &inverse->entries[i];
        bool current = journal_current(e);
        if (PyErr_Occurred())
            return -1;
        if (current &&
            journal_add(&p->journal, e->kind, e->owner, e->key, e->index, e->old, e->new) < 0)
            return -1;
        if (!current && plan_leave(p, e->owner, e->old, "changed since by the program") < 0)
            return -1;
    }
    return 0;
}

static int plan_inverse(struct plan *p, PyObject *record)
{
    struct journal done = {0}, inverse = {0};
    PyObject *frozen = obj_item(record, "journal");
    int rc = -1;

    if (frozen && journal_thaw(&done, frozen) == 0 && journal_invert(&inverse, &done) == 0)
        rc = keep_current(p, &inverse);
    journal_free(&done);
    journal_free(&inverse);
    return rc;
}

/* The successors, the other way round. */
static int invert_codes(struct plan *p, PyObject *record)
{
    PyObject *pairs = obj_item(record, "codes");

    for (Py_ssize_t i = 0; pairs && i < PyList_Size(pairs); i++) {
        PyObject *both = PyList_GetItem(pairs, i);
        PyObject *old = PyTuple_GetItem(both, 1), *new = PyTuple_GetItem(both, 0);
        if (ptrmap_set(&p->codes.by_old, old, p->codes.pairs.count) < 0)
            return -1;
        if (ptrlist_add(&p->codes.pairs, old, new) < 0)
            return PyErr_NoMemory(), -1;
    }
    return 0;
}

static int take_stock_of(PyObject *o, void *arg)
{
    struct plan *p = arg;
    PyTypeObject *type = Py_TYPE(o);

    if (type == &PyFunction_Type && codes_successor(&p->codes, *word_at(o, layout.function.code)))
        return ptrlist_add(&p->old_functions, o, NULL);
    if (type == &PyGen_Type || type == &PyCoro_Type || type == &PyAsyncGen_Type)
        return ptrlist_add(&p->suspended, o, NULL);
    return 0;
}

/* Functions that the new code has made since it runs. */
static int plan_closures(struct plan *p)
{
    struct ptrmap planned = {0};
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < p->journal.count; i++)
        if (p->journal.entries[i].kind == J_CODE)
            rc = ptrmap_set(&planned, p->journal.entries[i].owner, 1);
    for (Py_ssize_t i = 0; rc == 0 && i < p->old_functions.count; i++) {
        PyObject *f = p->old_functions.items[i].a;
        if (!ptrmap_has(&planned, f))
            rc = plan_closure(p, f, codes_successor(&p->codes, *word_at(f, layout.function.code)),
                              NULL);
    }
    ptrmap_free(&planned);
    return rc;
}

static int plan_undo(struct plan *p, PyObject *record)
{
    if (invert_codes(p, record) < 0 || plan_inverse(p, record) < 0 ||
        heap_each(&p->heap, PyImport_GetModuleDict(), take_stock_of, p) < 0 || plan_closures(p) < 0)
        return -1;
    return plan_stale(p) < 0 ? -1 : plan_undo_report(p, obj_item(record, "modules"));
}

/* The undo of an undo is a redo, and the report says so. */
static int name_op(const struct reimport *r, PyObject *record, const char **op)
{
    PyObject *last = obj_item(record, "op");

    *op = last && PyUnicode_CompareWithASCIIString(last, "undo") == 0 ? "redo" : "undo";
    PY_AUTO PyObject *name = PyUnicode_FromString(*op);
    return name ? PyDict_SetItemString(r->report, "op", name) : -1;
}

int undo(struct reimport *r)
{
    PY_AUTO PyObject *record = py_new(state_last());
    PY_AUTO PyObject *next = NULL, *before = NULL;
    struct plan p = {.r = r, .left = PyList_New(0)};
    const char *op = NULL;
    int64_t start = rt_monotonic_ns();
    int rc = -1;

    if (!record)
        PyErr_SetString(PyExc_ValueError,
                        "nothing was reimported in this process: there is nothing to undo");
    else if (name_op(r, record, &op) == 0 && p.left && layout_find() == 0 &&
             heap_open(&p.heap) == 0 && heap_stop_collector(&p.heap) == 0 &&
             plan_undo(&p, record) == 0 &&
             (next = plan_record(&p, op, obj_item(record, "modules"))))
        rc = plan_carry_out(&p, next, &before);
    r->pause_ms = (double)(rt_monotonic_ns() - start) / 1e6;
    plan_free(&p);
    heap_close(&p.heap);
    journal_free(&p.journal);
    return rc;
}
