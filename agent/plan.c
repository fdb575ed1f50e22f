/* Steps 5 to 7 of a reimport: take stock, match, plan, ask for the permit, commit. From the first to
 * the last the GIL is held and no Python code runs. */
#include "plan.h"
#include "alias.h"
#include "annotations.h"
#include "gil.h"
#include "importing.h"
#include "interps.h"
#include "iterators.h"
#include "layout.h"
#include "replace.h"
#include "rt.h"
#include "scatter.h"
#include "state.h"

/* ---- taking stock: one look at every object, without following references ---- */

static int take_stock_of(PyObject *o, void *arg)
{
    struct plan *p = arg;
    PyTypeObject *type = Py_TYPE(o);

    if (type == &PyDict_Type || type == &PyTuple_Type || type == &PyList_Type)
        return 0; /* most of a heap */
    if (type == &PyFunction_Type) {
        PyObject *globals = *word_at(o, layout.function.globals);
        if (ptrmap_has(&p->old_globals, globals))
            return stood_is_ghost(&p->r->stood, o) ? 0 : ptrlist_add(&p->old_functions, o, globals);
        if (ptrmap_has(&p->new_globals, globals))
            return ptrlist_add(&p->new_functions, o, globals);
        return wraps_own(&p->new_globals, o, 3) ? ptrlist_add(&p->wrappers, o, NULL) : 0;
    }
    if (type == &PyGen_Type || type == &PyCoro_Type || type == &PyAsyncGen_Type)
        return ptrlist_add(&p->suspended, o, NULL);
    if (type == p->cached_function_type)
        return ptrlist_add(&p->caches, o, NULL);
    if (type == layout.alias.type)
        return ptrlist_add(&p->aliases, o, NULL);
    if (PyType_Check(o) && PyType_HasFeature((PyTypeObject *)o, Py_TPFLAGS_HEAPTYPE))
        return ptrlist_add(&p->types, o, NULL);
    return iterators_take(p, o);
}

int plan_note_types(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->types.count; i++) {
        PyObject *type = p->types.items[i].a;
        PyObject *bases = *word_at(type, TYPE_BASES), *mro = *word_at(type, TYPE_MRO);
        PyObject *dict = type_dict(type);
        if ((dict && ptrmap_set(&p->type_dicts, dict, i) < 0) ||
            (bases && ptrmap_set(&p->internals, bases, 1) < 0) ||
            (mro && ptrmap_set(&p->internals, mro, 1) < 0))
            return -1;
    }
    return 0;
}

/* What was defined in a module that is on disk no more is the set's own too. */
static int note_gone(struct plan *p)
{
    PyObject *name, *module;
    Py_ssize_t at = 0;

    while (p->r->gone && PyDict_Next(p->r->gone, &at, &name, &module))
        if (PyObject_TypeCheck(module, &PyModule_Type) &&
            ptrmap_set(&p->old_globals, PyModule_GetDict(module), 0) < 0)
            return -1;
    return 0;
}

static int take_stock(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->r->count; i++) {
        const struct unit *u = &p->r->units[i];
        if (unit_moves(u) && (ptrmap_set(&p->old_globals, unit_old_dict(u), i) < 0 ||
                              ptrmap_set(&p->new_globals, unit_new_dict(u), i) < 0))
            return -1;
    }
    if (note_gone(p) < 0)
        return -1;
    p->cached_function_type = loaded_type("_functools", "_lru_cache_wrapper");
    p->variable_type = loaded_type("_contextvars", "ContextVar");
    if (heap_each(&p->heap, take_stock_of, p) < 0 || iterators_taken(p) < 0 || recorded_find(p) < 0)
        return -1;
    return plan_note_types(p);
}

/* ---- planning ---- */

static int plan_pair(struct plan *p, PyObject *old, PyObject *new)
{
    if (Py_TYPE(old) == &PyFunction_Type)
        return plan_function(p, old, new);
    if (PyType_Check(old))
        return plan_class(p, old, new);
    return is_wrapper(old) ? plan_wrapper(p, old, new) : plan_instance(p, old, new);
}

static int plan_moves(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->pairs.count; i++)
        if (p->fates[i] == FATE_MOVE && plan_pair(p, p->pairs.items[i].a, p->pairs.items[i].b) < 0)
            return -1;
    return 0;
}

/* Functions that the old ones made while they ran. */
static int plan_closures(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->old_functions.count; i++) {
        PyObject *f = p->old_functions.items[i].a, *was = *word_at(f, layout.function.code);
        PyObject *code = codes_successor(&p->codes, was);
        const char *reason = codes_unclear(&p->codes, was);
        if ((!code && !reason) || ptrmap_has(&p->by_old, f) || ptrmap_has(&p->kept, f) ||
            is_removed(p, f))
            continue;
        if ((code ? plan_unpaired(p, f, code) : plan_leave(p, f, f, reason)) < 0)
            return -1;
    }
    return 0;
}

int plan_hold(struct plan *p)
{
    if (heap_stop_collector(&p->heap) < 0)
        return -1;
    p->frames = interps_frames();
    return p->frames ? 0 : -1;
}

static int make_plan(struct plan *p, PyObject *imports)
{
    if (take_stock(p) < 0 || pair_all(p) < 0 || settle_layouts(p) < 0 || plan_moves(p) < 0 ||
        plan_remade(p) < 0 || plan_outlived(p) < 0 || plan_closures(p) < 0 ||
        plan_namespaces(p) < 0 || plan_values(p, imports) < 0 || plan_references(p) < 0 ||
        plan_frames(p) < 0 || plan_modules(p) < 0 || plan_match(p) < 0 ||
        plan_carried_attributes(p) < 0 || plan_aliases(p) < 0 || plan_annotations(p) < 0)
        return -1;
    return plan_stale(p) < 0 || reset_abc_caches(p) < 0 ? -1 : plan_report(p);
}

void plan_free(struct plan *p)
{
    ptrlist_free(&p->pairs);
    ptrlist_free(&p->old_functions);
    ptrlist_free(&p->new_functions);
    ptrlist_free(&p->types);
    py_clear(&p->frames);
    ptrlist_free(&p->suspended);
    ptrlist_free(&p->caches);
    iterators_free(p);
    ptrlist_free(&p->aliases);
    ptrmap_free(&p->added);
    ptrmap_free(&p->came);
    ptrlist_free(&p->came_list);
    ptrlist_free(&p->wrappers);
    ptrmap_free(&p->namesakes);
    ptrmap_free(&p->outside);
    ptrlist_free(&p->outside_list);
    ptrmap_free(&p->grown);
    ptrmap_free(&p->rehashed);
    ptrmap_free(&p->keepalives);
    ptrmap_free(&p->by_old);
    ptrmap_free(&p->by_new);
    ptrmap_free(&p->removed);
    ptrmap_free(&p->kept);
    ptrmap_free(&p->old_globals);
    ptrmap_free(&p->new_globals);
    ptrmap_free(&p->type_dicts);
    ptrmap_free(&p->internals);
    ptrmap_free(&p->handled);
    ptrmap_free(&p->recorded);
    codes_free(&p->codes);
    PyMem_RawFree(p->fates);
    ptrmap_free(&p->takers);
    py_clear(&p->spelled);
    py_clear(&p->namespaces);
    py_clear(&p->taken);
    py_clear(&p->left);
    py_clear(&p->names);
    py_clear(&p->loaded);
    py_clear(&p->lost_names);
    ptrmap_free(&p->lost);
    ptrlist_free(&p->remade);
    ptrmap_free(&p->new_base);
    ptrlist_free(&p->carried);
    ptrlist_free(&p->slot_changes);
    ptrmap_free(&p->replaced);
    ptrmap_free(&p->same_code);
    py_clear(&p->made);
    ptrmap_free(&p->back_to);
    ptrlist_free(&p->stranded);
    py_clear(&p->back);
}

PyObject *plan_unit_names(const struct reimport *r)
{
    PY_AUTO PyObject *names = PyList_New(0);

    for (Py_ssize_t i = 0; names && i < r->count; i++)
        if (PyList_Append(names, r->units[i].name) < 0)
            return NULL;
    return py_steal(&names);
}

/* By these an undo knows the modules again: a new list. None for one that has taken the old one's place, or was put
 * there: the journal has that. */
static PyObject *unit_namespaces(const struct reimport *r)
{
    PY_AUTO PyObject *list = PyList_New(0);

    for (Py_ssize_t i = 0; list && i < r->count; i++)
        if (PyList_Append(list, unit_moves(&r->units[i]) ? unit_old_dict(&r->units[i]) : Py_None) <
            0)
            return NULL;
    return py_steal(&list);
}

static int add_pair(PyObject *list, PyObject *old, PyObject *new)
{
    PY_AUTO PyObject *both = PyTuple_Pack(2, old, new);
    return both ? PyList_Append(list, both) : -1;
}

/* What takes the place of what. */
static PyObject *switched_pairs(const struct plan *p)
{
    PY_AUTO PyObject *list = PyList_New(0);

    for (Py_ssize_t i = 0; list && i < p->pairs.count; i++) {
        PyObject *old = p->pairs.items[i].a, *new = p->pairs.items[i].b;
        if (p->fates[i] == FATE_SWITCH && survivor(p, old) == new &&add_pair(list, old, new) < 0)
            return NULL;
    }
    return py_steal(&list);
}

static PyObject *carried_pairs(const struct plan *p)
{
    PY_AUTO PyObject *list = PyList_New(0);

    for (Py_ssize_t i = 0; list && i < p->carried.count; i++)
        if (is_replaced(p, p->carried.items[i].a) &&
            add_pair(list, p->carried.items[i].a, p->carried.items[i].b) < 0)
            return NULL;
    return py_steal(&list);
}

int plan_coded(const struct plan *p, struct ptrmap *coded)
{
    for (Py_ssize_t i = 0; i < p->journal.count; i++)
        if (p->journal.entries[i].kind == J_CODE &&
            ptrmap_set(coded, p->journal.entries[i].owner, 1) < 0)
            return -1;
    return 0;
}

/* The codes of functions that were to get another one and stay as they are: they are in the report. */
static int left_codes(const struct plan *p, struct ptrmap *left)
{
    struct ptrmap planned = {0};
    int rc = plan_coded(p, &planned);

    for (Py_ssize_t i = 0; rc == 0 && i < p->old_functions.count; i++) {
        PyObject *f = p->old_functions.items[i].a, *code = *word_at(f, layout.function.code);
        if (!ptrmap_has(&planned, f) && codes_successor(&p->codes, code))
            rc = ptrmap_set(left, code, 1);
    }
    ptrmap_free(&planned);
    return rc;
}

PyObject *plan_record(struct plan *p, const char *op, PyObject *modules)
{
    struct ptrmap left = {0};

    if (state_reserve() < 0 || left_codes(p, &left) < 0) {
        ptrmap_free(&left);
        return NULL;
    }
    PY_AUTO PyObject *record = state_make(op, modules, &p->journal, &p->codes, &left);
    ptrmap_free(&left);
    PY_AUTO PyObject *switched = p->back ? py_new(p->back) : switched_pairs(p);
    PY_AUTO PyObject *carried = carried_pairs(p);
    PY_AUTO PyObject *namespaces = p->loaded ? py_new(p->loaded) : unit_namespaces(p->r);

    if (!record || !switched || !carried || !namespaces ||
        PyDict_SetItemString(record, "namespaces", namespaces) < 0 ||
        PyDict_SetItemString(record, "caches", p->clears_caches ? Py_True : Py_False) < 0 ||
        PyDict_SetItemString(record, "switched", switched) < 0 ||
        PyDict_SetItemString(record, "carried", carried) < 0)
        return NULL;
    return py_steal(&record);
}

int plan_carry_out(struct plan *p, PyObject *record)
{
    const struct gate *gate = p->r->gate;

    if (defer(&p->r->deferred, record) < 0 || defer(&p->r->deferred, state_last()) < 0)
        return -1;
    if (gate && !gate->permit(gate->ctx)) {
        PyErr_SetString(PyExc_TimeoutError, "timed out; nothing was changed");
        return -1;
    }
    if (journal_apply(&p->journal) < 0)
        return -1;
    p->r->committed = true;
    fork_committed(p->r);
    Py_DecRef(state_put(record));
    return 0;
}

int commit(struct reimport *r)
{
    struct plan p = {.r = r, .left = PyList_New(0), .clears_caches = true};
    PY_AUTO PyObject *caches = NULL, *names = NULL, *record = NULL, *imports = NULL;
    int64_t start = 0;
    int rc = -1;

    if (p.left && layout_find() == 0 && (imports = imports_find(r)) &&
        (p.spelled = spelled_find(r)) && heap_open(&p.heap) == 0 && (start = rt_monotonic_ns()) &&
        plan_hold(&p) == 0 && import_plan_modules(r) == 0 && stood_settle(&r->stood) == 0 &&
        make_plan(&p, imports) == 0 && (caches = stale_caches(&p)) &&
        defer(&r->deferred, caches) == 0 && (names = plan_unit_names(r)) &&
        (record = plan_record(&p, "reimport", names)))
        rc = plan_carry_out(&p, record);
    stood_unsettle(&r->stood);
    if (start)
        gil_note_hold(&r->pause_ms, start);
    plan_free(&p);
    if (rc == 0) {
        clear_caches(caches);
        defer_journal(&r->deferred, &p.journal);
    }
    heap_close(&p.heap);
    journal_free(&p.journal);
    return rc;
}
