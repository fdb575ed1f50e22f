/* A reimport from its arguments to its report. */
#include "busy.h"
#include "core.h"
#include "forget.h"
#include "importing.h"
#include "interruption.h"
#include "modified.h"
#include "obj.h"
#include "plan.h"
#include "rt.h"
#include "state.h"

static void clear(struct reimport *r)
{
    for (Py_ssize_t i = 0; i < r->count; i++) {
        struct unit *unit = &r->units[i];

        Py_DecRef(unit->name);
        Py_DecRef(unit->old);
        Py_DecRef(unit->spec);
        Py_DecRef(unit->code);
        Py_DecRef(unit->source);
        Py_DecRef(unit->fresh);
        Py_DecRef(unit->left);
        Py_DecRef(unit->callback_error);
    }
    PyMem_Free(r->units);
    forget_finder(r);
    deferred_release(&r->deferred);
    py_clear(&r->gone);
    py_clear(&r->finder_ns);
    py_clear(&r->classes);
    py_clear(&r->view);
    py_clear(&r->own);
    py_clear(&r->placed);
    py_clear(&r->displaced);
    lengths_free(&r->lengths);
    stood_free(&r->stood);
    py_clear(&r->modules_before);
    py_clear(&r->modules_after);
    py_clear(&r->report);
}

/* The exception that is pending survives what the old objects' finalizers do. They run when busy_leave() was called:
 * one may wait for a thread that reimports. */
static void clear_keeping_error(struct reimport *r)
{
    PyObject *type;
    PyObject *value;
    PyObject *tb;

    PyErr_Fetch(&type, &value, &tb);
    clear(r);
    PyErr_Restore(type, value, tb);
}

/* ---- the report's own part ---- */

/* "3.11.7" */
static PyObject *python_version(void)
{
    const char *version = Py_GetVersion();
    Py_ssize_t n = 0;

    while (version[n] && version[n] != ' ')
        n++;
    return PyUnicode_FromStringAndSize(version, n);
}

static PyObject *no_references(void)
{
    PY_AUTO PyObject *references = PyDict_New();

    if (!references || obj_put(references, "switched", PyLong_FromLong(0)) < 0 ||
        obj_put(references, "removed", PyLong_FromLong(0)) < 0 ||
        obj_put(references, "left", PyList_New(0)) < 0)
        return NULL;
    return py_steal(&references);
}

PyObject *report_new(void)
{
    PY_AUTO PyObject *report = PyDict_New();

    if (!report || obj_put(report, "python", python_version()) < 0 ||
        obj_put(report, "result", PyUnicode_FromString("unchanged")) < 0 ||
        obj_put(report, "changed", PyBool_FromLong(0)) < 0 ||
        obj_put(report, "modules", PyList_New(0)) < 0 ||
        obj_put(report, "references", no_references()) < 0 ||
        obj_put(report, "stale", PyList_New(0)) < 0 ||
        obj_put(report, "times_ms", PyDict_New()) < 0 ||
        PyDict_SetItemString(report, "error", Py_None) < 0)
        return NULL;
    return py_steal(&report);
}

int report_time(PyObject *report, const char *key, double ms)
{
    return obj_put(obj_item(report, "times_ms"), key, PyFloat_FromDouble(ms));
}

/* What a dry run has to say of one module. */
static PyObject *prospect(const struct unit *unit)
{
    PY_AUTO PyObject *origin = NULL;

    return obj_attr(unit->spec, "origin", &origin) < 0 ? NULL : changes_entry(unit->name, origin);
}

static int report_prospects(struct reimport *r)
{
    PyObject *modules = obj_item(r->report, "modules");
    PyObject *name, *module;
    Py_ssize_t at = 0;

    for (Py_ssize_t i = 0; i < r->count; i++) {
        PY_AUTO PyObject *entry = prospect(&r->units[i]);

        if (!entry || PyList_Append(modules, entry) < 0)
            return -1;
    }
    while (PyDict_Next(r->gone, &at, &name, &module))
        if (!changes_add_gone(modules, name, module))
            return -1;
    return 0;
}

/* ---- the run ---- */

/* A hook that raises refuses the reimport. */
static int audit(const struct reimport *r)
{
    PY_AUTO PyObject *names = PyTuple_New(r->count);

    for (Py_ssize_t i = 0; names && i < r->count; i++)
        PyTuple_SetItem(names, i, py_new(r->units[i].name));
    return names ? PySys_Audit("reimport.reimport", "(O)", names) : -1;
}

static int import_timed(struct reimport *r)
{
    int64_t start = rt_monotonic_ns();

    if (import_units(r) < 0)
        return -1;
    if (report_time(r->report, "import", (double)(rt_monotonic_ns() - start) / 1e6) == 0)
        return 0;
    import_rollback(r);
    import_finish(r);
    return -1;
}

/* All that the report says of success is in it before the commit, after which nothing may fail. */
static int foretell(struct reimport *r)
{
    if (report_time(r->report, "pause", 0) < 0 ||
        obj_put(r->report, "result", PyUnicode_FromString("reimported")) < 0)
        return -1;
    return PyDict_SetItemString(r->report, "changed", Py_True);
}

static int commit_or_back(struct reimport *r)
{
    if (foretell(r) == 0 && commit(r) == 0)
        r->committed = true;
    if (!r->committed)
        import_rollback(r);
    if (r->committed) {
        interruption_look(r);
        modified_remember(r);
    }
    import_finish(r);
    if (!r->committed)
        return -1;
    if (PyErr_Occurred() || report_time(r->report, "pause", r->pause_ms) < 0)
        PyErr_Clear();
    return 0;
}

/* The report says that nothing was changed until something was. */
static int swap_code(struct reimport *r, bool dry_run)
{
    PY_AUTO PyObject *done = PyUnicode_FromString("reimported");

    if (!done || obj_put(r->report, "op", PyUnicode_FromString("code-only")) < 0 ||
        report_time(r->report, "pause", 0) < 0 || commit_code(r, dry_run) < 0)
        return -1;
    if (r->committed && (PyDict_SetItemString(r->report, "result", done) < 0 ||
                         PyDict_SetItemString(r->report, "changed", Py_True) < 0))
        PyErr_Clear(); /* both keys are there: no memory is needed */
    if (r->committed)
        modified_forget(r);
    if (report_time(r->report, "pause", r->pause_ms) < 0)
        PyErr_Clear();
    return 0;
}

static int run(struct reimport *r, PyObject *names, const struct reimport_options *options)
{
    bool dry_run = options->dry_run;

    r->report = report_new();
    if (!r->report || view_possible() < 0 || resolve(r, names) < 0)
        return -1;
    if (r->count == 0)
        return 0;
    if ((!dry_run && audit(r) < 0) || compile_units(r) < 0)
        return -1;
    if (options->code_only)
        return r->count == 0 ? 0 : swap_code(r, dry_run);
    if (dry_run)
        return report_prospects(r);
    return r->count == 0 || (import_timed(r) == 0 && commit_or_back(r) == 0) ? 0 : -1;
}

/* Undo names no modules of its own: the audit hooks hear those that the record names. */
static int undo_audited(struct reimport *r)
{
    PyObject *last = state_last();
    PyObject *modules = last ? obj_item(last, "modules") : NULL;
    PY_AUTO PyObject *names = modules ? PySequence_Tuple(modules) : PyTuple_New(0);

    r->report = report_new();
    if (!names || !r->report || view_possible() < 0 ||
        PySys_Audit("reimport.reimport", "(O)", names) < 0 || foretell(r) < 0 || undo(r) < 0)
        return -1;
    if (report_time(r->report, "pause", r->pause_ms) < 0)
        PyErr_Clear(); /* it is done: the report keeps the 0 that foretell() put there */
    return 0;
}

PyObject *reimport_undo(const struct gate *gate)
{
    struct reimport r = {.gate = gate};
    PyObject *report = NULL;

    if (busy_enter(gate) < 0)
        return NULL;
    if (undo_audited(&r) == 0)
        report = py_new(r.report);
    busy_leave();
    clear_keeping_error(&r);
    return report;
}

PyObject *reimport_status(void)
{
    PY_AUTO PyObject *report = report_new();

    return report && status(report) == 0 ? py_steal(&report) : NULL;
}

PyObject *reimport_run(PyObject *names, const struct reimport_options *options)
{
    struct reimport r = {.gate = options->gate,
                         .if_loaded = options->if_loaded,
                         .worker = PyThread_get_thread_ident()};
    PyObject *report = NULL;

    if (!options->dry_run && !options->code_only && forget_collect(&r) < 0)
        return NULL;
    if (busy_enter(options->gate) < 0)
        return NULL;
    if (options->at_work)
        *options->at_work = &r;
    if (run(&r, names, options) == 0)
        report = py_new(r.report);
    if (options->at_work)
        *options->at_work = NULL;
    busy_leave();
    clear_keeping_error(&r);
    if (interruption_raise(&r))
        py_clear(&report);
    return report;
}
