/* --undo: the journal of the last reimport, backwards. What it did to containers for objects that came
 * with the import stays (those entries are lasting); the record that the undo leaves is the way
 * forward again. */
#include "alias.h"
#include "annotations.h"
#include "holders.h"
#include "iterators.h"
#include "layout.h"
#include "patch.h"
#include "replace.h"
#include "rt.h"
#include "state.h"
#include "obj.h"

/* Functions whose code the program has set since: their closure and defaults belong to that. */
static int note_recoded(const struct journal *inverse, struct ptrmap *recoded)
{
    for (Py_ssize_t i = 0; i < inverse->count; i++) {
        const struct entry *e = &inverse->entries[i];
        if (e->kind == J_CODE && !journal_current(e) && ptrmap_set(recoded, e->owner, 1) < 0)
            return -1;
    }
    return 0;
}

/* What is in the place of an entry that is not current, if nobody has put it there: it was made of what the
 * reimport left when somebody asked for it. Borrowed, or NULL. */
static PyObject *made_since(const struct entry *e)
{
    PyObject *value = alias_computed(e);
    return value ? value : annotations_read(e);
}

/* Copies of the entries whose place still holds what the reimport put there; the others are reported. Who
 * holds a replaced instance now is looked for anew, below. */
static int keep_current(struct plan *p, const struct entry *e)
{
    bool current = journal_current(e);
    PyObject *is = current ? e->old : made_since(e);

    if (PyErr_Occurred())
        return -1;
    if (!current && !is)
        return plan_leave(p, e->owner, e->old, "changed since by the program");
    return journal_add(&p->journal, e->kind, e->owner, e->key, e->index, is, e->new);
}

/* The record's own tuple is spared as a holder already. */
static int take_patch(struct plan *p, const struct entry *e, struct journal *patches)
{
    PY_AUTO PyObject *changes = lost_sift(p, e->old);

    if (!changes || ptrmap_set(&p->handled, changes, 1) < 0)
        return -1;
    if (PyTuple_Size(changes) == 0)
        return 0;
    return journal_add(patches, J_PATCH, e->owner, NULL, e->index, changes, NULL);
}

static int take_entry(struct plan *p, const struct entry *e, const struct ptrmap *recoded,
                      struct journal *patches)
{
    if (is_lost_entry(p, e))
        return 0;
    if (e->kind == J_PATCH)
        return take_patch(p, e, patches);
    if (is_replaced(p, e->old) || (e->kind == J_WORD && ptrmap_has(recoded, e->owner)))
        return 0;
    return keep_current(p, e);
}

static int take_entries(struct plan *p, const struct journal *inverse, struct journal *patches)
{
    struct ptrmap recoded = {0};
    int rc = note_recoded(inverse, &recoded);

    for (Py_ssize_t i = 0; rc == 0 && i < inverse->count; i++)
        rc = take_entry(p, &inverse->entries[i], &recoded, patches);
    ptrmap_free(&recoded);
    return rc;
}

/* Takes the record's entries, the other way round; what changed in containers, apart. Holds nothing else in
 * the end: references to what is to be replaced are counted. */
static int take_record(struct plan *p, PyObject *record, struct journal *patches)
{
    struct journal done = {0}, inverse = {0};
    PyObject *frozen = obj_item(record, "journal");
    int rc = -1;

    if (frozen && journal_thaw(&done, frozen) == 0 && journal_invert(&inverse, &done) == 0)
        rc = take_entries(p, &inverse, patches);
    journal_free(&done);
    journal_free(&inverse);
    return rc;
}

static int plan_patches(struct plan *p, const struct journal *patches, Py_ssize_t from)
{
    for (Py_ssize_t i = 0; i < patches->count; i++)
        if (patch_back(p, &patches->entries[i], from) < 0)
            return -1;
    return 0;
}

/* ---- instances that took the place of others ---- */

static int note_back(struct plan *p, PyObject *record)
{
    PyObject *switched = obj_item(record, "switched");

    p->back = PyList_New(0);
    for (Py_ssize_t i = 0; p->back && switched && i < PyList_Size(switched); i++) {
        PyObject *both = PyList_GetItem(switched, i);
        PyObject *old = PyTuple_GetItem(both, 0), *new = PyTuple_GetItem(both, 1);
        if (is_lost(p, old) || is_lost(p, new))
            continue;
        PY_AUTO PyObject *inverse = PyTuple_Pack(2, new, old);
        if (!inverse || PyList_Append(p->back, inverse) < 0 ||
            ptrmap_set(&p->back_to, new, (Py_ssize_t)(uintptr_t)old) < 0)
            return -1;
    }
    return p->back ? 0 : -1;
}

static int pair_carried(struct plan *p, PyObject *record)
{
    PyObject *carried = obj_item(record, "carried");

    for (Py_ssize_t i = 0; carried && i < PyList_Size(carried); i++) {
        PyObject *both = PyList_GetItem(carried, i);
        if (!is_lost(p, PyTuple_GetItem(both, 1)) && !is_lost(p, PyTuple_GetItem(both, 0)) &&
            replace_pair(p, PyTuple_GetItem(both, 1), PyTuple_GetItem(both, 0)) < 0)
            return -1;
    }
    return 0;
}

static int find_carried(struct plan *p, struct ptrlist *hits)
{
    struct ptrmap chosen = {0};
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < p->carried.count; i++)
        rc = ptrmap_set(&chosen, p->carried.items[i].a, 0);
    if (rc == 0)
        rc = replace_find_holders(p, &chosen, hits);
    ptrmap_free(&chosen);
    return rc;
}

/* Those that something unknown holds stay what they are, and are named. */
static int leave_unfit(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->carried.count; i++) {
        PyObject *o = p->carried.items[i].a;
        if (is_unfit(p, o) &&
            plan_leave(
                p, o, (PyObject *)Py_TYPE(o),
                "stays what the reimport made of it: something holds it that cannot follow") < 0)
            return -1;
    }
    return 0;
}

static int plan_carried(struct plan *p)
{
    struct ptrlist hits = {0};
    int rc = 0;

    if (!p->carried.count)
        return 0;
    if (plan_note_types(p) < 0 || spare_record(p) < 0 || find_keepalives(p) < 0 ||
        ptrmap_set(&p->handled, p->back, 1) < 0)
        rc = -1;
    for (Py_ssize_t i = 0; rc == 0 && i < PyList_Size(p->back); i++)
        rc = ptrmap_set(&p->handled, PyList_GetItem(p->back, i), 1);
    if (rc == 0 && (rc = find_carried(p, &hits)) == 0)
        rc = plan_holders(p, &hits);
    ptrlist_free(&hits);
    return rc < 0 ? -1 : leave_unfit(p);
}

/* ---- functions ---- */

static bool same_code_name(PyObject *a, PyObject *b)
{
    PY_AUTO PyObject *name = code_get(a, "co_name");
    PY_AUTO PyObject *other = code_get(b, "co_name");
    bool same = name && other && PyUnicode_Compare(name, other) == 0;

    PyErr_Clear();
    return same;
}

/* The successors, the other way round. A decorator that was added or taken away makes one code the
 * successor of several: functions made since go back to the one that has its name. */
static int invert_codes(struct plan *p, PyObject *record)
{
    PyObject *pairs = obj_item(record, "codes");

    for (Py_ssize_t i = 0; pairs && i < PyList_Size(pairs); i++) {
        PyObject *both = PyList_GetItem(pairs, i);
        PyObject *old = PyTuple_GetItem(both, 1), *new = PyTuple_GetItem(both, 0);
        if (is_lost_code(p, old) || is_lost_code(p, new))
            continue;
        PyObject *before = codes_successor(&p->codes, old);
        if ((!before || (same_code_name(old, new) && !same_code_name(old, before))) &&
            ptrmap_set(&p->codes.by_old, old, p->codes.pairs.count) < 0)
            return -1;
        if (ptrlist_add(&p->codes.pairs, old, new) < 0)
            return PyErr_NoMemory(), -1;
    }
    return 0;
}

/* The namespaces of the modules that the undo is about: what other modules' functions have in common with
 * theirs, such as the code of a decorator, is not to change. */
static int note_globals(struct plan *p)
{
    PyObject *modules = PyImport_GetModuleDict();

    for (Py_ssize_t i = 0; i < PyList_Size(p->names); i++) {
        PyObject *module = PyDict_GetItemWithError(modules, PyList_GetItem(p->names, i));
        if (module && PyObject_TypeCheck(module, &PyModule_Type) &&
            ptrmap_set(&p->old_globals, PyModule_GetDict(module), i) < 0)
            return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* ---- classes that came with the import ---- */

/* An undo takes its bases, a redo gives them back. */
static bool loses_bases(const struct entry *e)
{
    return e->kind == J_BASES && e->index == J_ADDED && PyTuple_Size(e->new) == 1 &&
           !PyType_HasFeature((PyTypeObject *)PyTuple_GetItem(e->new, 0), Py_TPFLAGS_HEAPTYPE);
}

static int note_added(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->journal.count; i++) {
        const struct entry *e = &p->journal.entries[i];
        if (loses_bases(e) && ptrmap_set(&p->added, e->owner, 0) < 0)
            return -1;
    }
    return 0;
}

static bool is_added(const struct plan *p, PyObject *type)
{
    return p->added.used && ptrmap_has(&p->added, type);
}

/* An instance of one, or a class derived from one, needs what that inherits. */
static int note_use(struct plan *p, PyObject *o)
{
    PyObject *bases = PyType_Check(o) && !is_added(p, o) ? *word_at(o, TYPE_BASES) : NULL;

    if (is_added(p, (PyObject *)Py_TYPE(o)) && ptrmap_set(&p->added, Py_TYPE(o), 1) < 0)
        return -1;
    for (Py_ssize_t i = 0; bases && i < PyTuple_Size(bases); i++)
        if (is_added(p, PyTuple_GetItem(bases, i)) &&
            ptrmap_set(&p->added, PyTuple_GetItem(bases, i), 1) < 0)
            return -1;
    return 0;
}

/* True if it keeps its bases. Not every instance can be seen of a class without a GC header. */
static bool is_in_use(const struct plan *p, PyObject *type)
{
    return ptrmap_get(&p->added, type) == 1 ||
           !PyType_HasFeature((PyTypeObject *)type, Py_TPFLAGS_HAVE_GC);
}

/* What a class derives from that stays, stays too. */
static int keep_used(struct plan *p)
{
    bool more = true;

    while (more) {
        more = false;
        for (Py_ssize_t i = 0; i < p->journal.count; i++) {
            struct entry *e = &p->journal.entries[i];
            if (!loses_bases(e) || e->noted || !is_in_use(p, e->owner))
                continue;
            e->noted = e->lasting = more = true;
            for (Py_ssize_t k = 0; k < PyTuple_Size(e->old); k++)
                if (is_added(p, PyTuple_GetItem(e->old, k)) &&
                    ptrmap_set(&p->added, PyTuple_GetItem(e->old, k), 1) < 0)
                    return -1;
        }
    }
    return 0;
}

/* ---- instances that the program has made since, of classes that others replace again ---- */

static bool is_stranded(const struct plan *p, PyObject *o)
{
    Py_ssize_t before = ptrmap_get(&p->back_to, Py_TYPE(o));

    return before != -1 && !PyType_Check(o) && !ptrmap_has(&p->back_to, o) &&
           PyType_Check((PyObject *)(uintptr_t)before);
}

static int leave_stranded(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->stranded.count; i++) {
        PyObject *o = p->stranded.items[i].a;
        if (plan_leave(
                p, o, (PyObject *)Py_TYPE(o),
                "made since, of the class that goes: it stays so, and super() may fail in it") < 0)
            return -1;
    }
    return 0;
}

static int take_stock_of(PyObject *o, void *arg)
{
    struct plan *p = arg;
    PyTypeObject *type = Py_TYPE(o);

    if (p->added.used && note_use(p, o) < 0)
        return -1;
    if (p->back_to.used && is_stranded(p, o) && ptrlist_add(&p->stranded, o, NULL) < 0)
        return -1;

    if (type == &PyFunction_Type &&
        ptrmap_has(&p->old_globals, *word_at(o, layout.function.globals)) &&
        codes_successor(&p->codes, *word_at(o, layout.function.code)))
        return ptrlist_add(&p->old_functions, o, NULL);
    if (type == p->cached_function_type)
        return ptrlist_add(&p->caches, o, NULL);
    if (type == &PyGen_Type || type == &PyCoro_Type || type == &PyAsyncGen_Type)
        return ptrlist_add(&p->suspended, o, NULL);
    if (PyType_Check(o) && PyType_HasFeature((PyTypeObject *)o, Py_TPFLAGS_HEAPTYPE))
        return ptrlist_add(&p->types, o, NULL);
    return iterators_take(p, o);
}

/* Functions that the new code has made since it runs. */
static int plan_closures(struct plan *p)
{
    struct ptrmap planned = {0};
    int rc = plan_coded(p, &planned);

    for (Py_ssize_t i = 0; rc == 0 && i < p->old_functions.count; i++) {
        PyObject *f = p->old_functions.items[i].a;
        if (!ptrmap_has(&planned, f))
            rc = plan_unpaired(p, f, codes_successor(&p->codes, *word_at(f, layout.function.code)));
    }
    ptrmap_free(&planned);
    return rc;
}

/* Context variables remember what they were last seen with, in no entry of the journal. */
static int forget_switched(struct plan *p)
{
    for (Py_ssize_t i = 0, n = p->journal.count; p->back_to.used && i < n; i++)
        if (p->journal.entries[i].kind == J_WORD &&
            forget_values(p, p->journal.entries[i].owner) != 0)
            return -1;
    return 0;
}

static int plan_inverse(struct plan *p, PyObject *record)
{
    struct journal patches = {0};
    int rc = -1;

    p->cached_function_type = loaded_type("_functools", "_lru_cache_wrapper");
    p->variable_type = loaded_type("_contextvars", "ContextVar");
    if (take_record(p, record, &patches) == 0 && note_added(p) == 0 &&
        heap_each(&p->heap, take_stock_of, p) == 0 && iterators_taken(p) == 0 &&
        keep_used(p) == 0 && forget_switched(p) == 0 && leave_stranded(p) == 0) {
        Py_ssize_t from = p->journal.count;
        rc =
            plan_carried(p) < 0 || plan_patches(p, &patches, from) < 0 ? -1 : plan_match_derived(p);
    }
    journal_free(&patches);
    return rc;
}

static int plan_undo(struct plan *p, PyObject *record)
{
    if (lost_note_parts(p) < 0 || invert_codes(p, record) < 0 || note_globals(p) < 0 ||
        note_back(p, record) < 0 || pair_carried(p, record) < 0 || plan_inverse(p, record) < 0 ||
        plan_closures(p) < 0)
        return -1;
    return plan_stale(p) < 0 ? -1 : plan_undo_report(p, p->names);
}

/* The undo of an undo is a redo, and the report says so. */
static int name_op(const struct reimport *r, PyObject *record, const char **op)
{
    PyObject *last = obj_item(record, "op");

    *op = last && PyUnicode_CompareWithASCIIString(last, "undo") == 0 ? "redo" : "undo";
    PY_AUTO PyObject *name = PyUnicode_FromString(*op);
    return name ? PyDict_SetItemString(r->report, "op", name) : -1;
}

/* What the code that goes has computed is no answer of the one that comes back. A new list. */
static PyObject *caches_of(struct plan *p, PyObject *record)
{
    p->clears_caches = obj_item(record, "caches") == Py_True;
    return reset_abc_caches(p) < 0 ? NULL : p->clears_caches ? stale_caches(p) : PyList_New(0);
}

/* The record stays: the modules may be loaded again as they were. */
static int report_nothing(struct plan *p)
{
    PY_AUTO PyObject *none = PyList_New(0);

    if (!none || obj_put(p->r->report, "result", PyUnicode_FromString("unchanged")) < 0 ||
        PyDict_SetItemString(p->r->report, "changed", Py_False) < 0)
        return -1;
    return plan_put_report(p, none);
}

static int carry_out(struct plan *p, PyObject *record, const char *op, PyObject **caches)
{
    PY_AUTO PyObject *next = NULL;

    if (plan_undo(p, record) < 0 || !(*caches = caches_of(p, record)) ||
        defer(&p->r->deferred, *caches) < 0 || !(next = plan_record(p, op, p->names)))
        return -1;
    return plan_carry_out(p, next);
}

int undo(struct reimport *r)
{
    PY_AUTO PyObject *record = py_new(state_last());
    PY_AUTO PyObject *caches = NULL;
    struct plan p = {.r = r, .left = PyList_New(0)};
    const char *op = NULL;
    int64_t start = rt_monotonic_ns();
    int rc = -1;

    if (!record)
        PyErr_SetString(PyExc_ValueError,
                        "nothing was reimported in this process: there is nothing to undo");
    else if (name_op(r, record, &op) == 0 && p.left && layout_find() == 0 &&
             heap_open(&p.heap) == 0 && plan_hold(&p) == 0 && lost_find(&p, record) == 0)
        rc = lost_all(&p) ? report_nothing(&p) : carry_out(&p, record, op, &caches);
    r->pause_ms = (double)(rt_monotonic_ns() - start) / 1e6;
    plan_free(&p);
    if (rc == 0 && caches) {
        clear_caches(caches);
        defer_journal(&r->deferred, &p.journal);
    }
    heap_close(&p.heap);
    journal_free(&p.journal);
    return rc;
}
