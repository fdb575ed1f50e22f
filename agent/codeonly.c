/* --code-only: see codeonly.h.
 *
 * First the live code is matched with that of the new sources, while other threads may run in between;
 * then, in one hold of the GIL and without running Python code, everything is looked at once more,
 * planned and committed. */
#include "codeonly.h"
#include "alias.h"
#include "annotations.h"
#include "gil.h"
#include "layout.h"
#include "obj.h"
#include "rt.h"
#include "script.h"

/* ---- taking stock ---- */

static int take_stock_of(PyObject *o, void *arg)
{
    struct plan *p = arg;
    PyTypeObject *type = Py_TYPE(o);

    if (type == &PyFunction_Type) {
        PyObject *globals = *word_at(o, layout.function.globals);
        return ptrmap_has(&p->old_globals, globals) ? ptrlist_add(&p->old_functions, o, globals)
                                                    : 0;
    }
    if (type == layout.alias.type)
        return ptrlist_add(&p->aliases, o, NULL);
    if (PyType_Check(o) && PyType_HasFeature((PyTypeObject *)o, Py_TPFLAGS_HEAPTYPE))
        return ptrlist_add(&p->types, o, NULL);
    if (type == &PyGen_Type || type == &PyCoro_Type || type == &PyAsyncGen_Type)
        return ptrlist_add(&p->suspended, o, NULL);
    return 0;
}

static int take_stock(struct code_plan *c)
{
    ptrlist_free(&c->p.old_functions);
    ptrlist_free(&c->p.suspended);
    ptrlist_free(&c->p.types);
    ptrlist_free(&c->p.aliases);
    return heap_each(&c->p.heap, take_stock_of, &c->p);
}

/* What follows the last '/' of a path. New reference. */
static PyObject *last_part(PyObject *path)
{
    Py_ssize_t slash = PyUnicode_FindChar(path, '/', 0, PyUnicode_GetLength(path), -1);
    return PyUnicode_Substring(path, slash + 1, PyUnicode_GetLength(path));
}

/* 1 if the function was made by the module's source, not by exec(), as in dataclasses, and not from
 * another file with these globals. `loosely`: the directory may have had another name. */
static int from_source(const struct code_unit *cu, PyObject *function, bool loosely)
{
    PyObject *file = obj_item(unit_old_dict(cu->unit), "__file__");
    PY_AUTO PyObject *is = code_get(cu->unit->code, "co_filename");
    PY_AUTO PyObject *was = code_get(*word_at(function, layout.function.code), "co_filename");

    if (!is || !was)
        return -1;
    if (obj_starts(was, "<frozen ") || PyUnicode_Compare(is, was) == 0 ||
        (file && PyUnicode_Check(file) && PyUnicode_Compare(file, was) == 0))
        return 1;
    if (!loosely && obj_starts(was, "/"))
        return 0;
    PY_AUTO PyObject *a = last_part(is);
    PY_AUTO PyObject *b = last_part(was);
    return a && b ? PyUnicode_Compare(a, b) == 0 : -1;
}

static struct code_unit *unit_of(const struct code_plan *c, PyObject *globals)
{
    return &c->units[ptrmap_get(&c->p.old_globals, globals)];
}

static int add_matching(struct code_plan *c, bool loosely)
{
    for (Py_ssize_t i = 0; i < c->p.old_functions.count; i++) {
        PyObject *f = c->p.old_functions.items[i].a;
        struct code_unit *cu = unit_of(c, c->p.old_functions.items[i].b);
        if ((loosely && !cu->loosely) ||
            ptrmap_has(&cu->match.by_code, *word_at(f, layout.function.code)))
            continue;
        int ours = from_source(cu, f, loosely);
        if (ours < 0 || (ours && match_add(&cu->match, f) < 0))
            return -1;
    }
    return 0;
}

/* Adds the live functions to their units' matches. */
static int add_functions(struct code_plan *c)
{
    if (add_matching(c, false) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < c->p.r->count; i++)
        c->units[i].loosely = c->units[i].loosely || c->units[i].match.count == 0;
    return add_matching(c, true);
}

/* ---- matching ---- */

static int keep_functions(struct code_plan *c)
{
    for (Py_ssize_t i = 0; i < c->p.old_functions.count; i++) {
        PyObject *f = c->p.old_functions.items[i].a;
        if (PyList_Append(c->keep, f) < 0 ||
            PyList_Append(c->keep, *word_at(f, layout.function.code)) < 0)
            return -1;
    }
    return 0;
}

/* A function with a name of its own, which the new source does not define any more. */
static bool is_removed_function(const struct live_code *live)
{
    return live->reason == match_not_in_source && live->qualname &&
           PyUnicode_FindChar(live->qualname, '<', 0, PyUnicode_GetLength(live->qualname), 1) == -1;
}

static int note_removed(struct code_unit *cu)
{
    PY_AUTO PyObject *what = PyUnicode_FromString("removed function");
    int rc = what ? 0 : -1;

    for (Py_ssize_t i = 0; rc == 0 && i < cu->match.count; i++)
        if (is_removed_function(&cu->match.lives[i]))
            rc = beyond_add(cu, what, cu->match.lives[i].qualname);
    return rc;
}

/* The modules of a package that are on disk no more. */
static int note_gone(const struct code_plan *c, struct code_unit *cu)
{
    PY_AUTO PyObject *what = PyUnicode_FromString("removed module");
    PY_AUTO PyObject *prefix = PyUnicode_FromFormat("%U.", cu->unit->name);
    Py_ssize_t at = 0, length = prefix ? PyUnicode_GetLength(prefix) : 0;
    PyObject *name, *module;

    if (!what || !prefix)
        return -1;
    while (c->p.r->gone && PyDict_Next(c->p.r->gone, &at, &name, &module)) {
        bool ours = PyUnicode_Tailmatch(name, prefix, 0, PY_SSIZE_T_MAX, -1) == 1 &&
                    PyUnicode_FindChar(name, '.', length, PyUnicode_GetLength(name), 1) == -1;
        if (ours && beyond_add(cu, what, name) < 0)
            return -1;
    }
    return 0;
}

static int let_others_run(const struct reimport *r)
{
    PyEval_RestoreThread(PyEval_SaveThread());
    if (!r->gate || r->gate->open(r->gate->ctx))
        return 0;
    PyErr_SetString(PyExc_TimeoutError, "timed out; nothing was changed");
    return -1;
}

/* Before and after the matching, Python code runs, and other threads with it. */
static int match_unit(struct code_plan *c, struct code_unit *cu)
{
    if (note_gone(c, cu) < 0)
        return -1;
    if (!cu->tree.by_name)
        return 0;
    if (beyond_survey(c, cu) < 0)
        return -1;
    int64_t start = rt_monotonic_ns();
    if (match_all(&cu->match) < 0)
        return -1;
    gil_note_hold(&c->p.r->pause_ms, start);
    if (beyond_compare(c, cu) < 0)
        return -1;
    py_clear(&cu->survey); /* much memory */
    return note_removed(cu);
}

/* Namespace packages have no code at all; another module without it is its loader's secret. */
static int has_code(const struct unit *u)
{
    if (u->code)
        return 1;
    PY_AUTO PyObject *origin = NULL;
    if (obj_attr(u->spec, "origin", &origin) < 0)
        return -1;
    if (u->implied || !origin || origin == Py_None || obj_is(origin, "namespace"))
        return 0;
    PyErr_Format(PyExc_ValueError, "cannot swap the code of '%U': only its own loader can run it",
                 u->name);
    return -1;
}

static int open_unit(struct code_plan *c, Py_ssize_t i)
{
    struct code_unit *cu = &c->units[i];
    const struct unit *u = &c->p.r->units[i];

    *cu = (struct code_unit){.unit = u, .beyond = PyList_New(0)};
    cu->match.tree = &cu->tree;
    cu->match.codes = &c->p.codes;
    int code = cu->beyond ? has_code(u) : -1;
    if (code <= 0)
        return code;
    return ptrmap_set(&c->p.old_globals, unit_old_dict(u), i) < 0
               ? -1
               : code_tree_build(&cu->tree, u->code);
}

static int open_units(struct code_plan *c)
{
    Py_ssize_t n = c->p.r->count;

    c->units = PyMem_RawMalloc((size_t)(n ? n : 1) * sizeof(*c->units));
    if (!c->units)
        return PyErr_NoMemory(), -1;
    for (Py_ssize_t i = 0; i < n; i++)
        c->units[i] = (struct code_unit){0};
    for (Py_ssize_t i = 0; i < n; i++)
        if (open_unit(c, i) < 0)
            return -1;
    return 0;
}

/* What lives now, held until the end. */
static int look_first(struct code_plan *c)
{
    int64_t start = rt_monotonic_ns();

    if (heap_open(&c->p.heap) < 0 || take_stock(c) < 0 || keep_functions(c) < 0 ||
        add_functions(c) < 0)
        return -1;
    heap_close(&c->p.heap);
    gil_note_hold(&c->p.r->pause_ms, start);
    return 0;
}

static int look_for_held(struct code_plan *c)
{
    int64_t start = rt_monotonic_ns();

    if (held_find(c) < 0)
        return -1;
    gil_note_hold(&c->p.r->pause_ms, start);
    return 0;
}

/* The matching, unit by unit. */
static int match_units(struct code_plan *c)
{
    if (look_first(c) < 0 || let_others_run(c->p.r) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < c->p.r->count; i++)
        if (match_unit(c, &c->units[i]) < 0 || let_others_run(c->p.r) < 0)
            return -1;
    return look_for_held(c) < 0 ? -1 : let_others_run(c->p.r);
}

/* ---- planning ---- */

/* What was made since: the collector is stopped, and other threads wait. */
static int match_late(struct code_plan *c)
{
    if (add_functions(c) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < c->p.r->count; i++)
        if (c->units[i].tree.by_name && c->units[i].match.added &&
            match_all(&c->units[i].match) < 0)
            return -1;
    return 0;
}

static struct code_node *node_of(const struct code_unit *cu, PyObject *code)
{
    Py_ssize_t node = ptrmap_get(&cu->tree.by_code, code);
    return node < 0 ? NULL : &cu->tree.nodes[node];
}

/* The unit in whose source a successor is: a function may have another's globals. */
static struct code_unit *home_unit(const struct code_plan *c, struct code_unit *cu, PyObject *code)
{
    for (Py_ssize_t i = 0; !node_of(cu, code) && i < c->p.r->count; i++)
        if (node_of(&c->units[i], code))
            return &c->units[i];
    return cu;
}

/* True if the code wants the class that its method is in, and the old code did not. */
static int wants_class(PyObject *old, PyObject *new)
{
    PY_AUTO PyObject *name = PyUnicode_InternFromString("__class__");
    PY_AUTO PyObject *was = code_get(old, "co_freevars");
    PY_AUTO PyObject *is = code_get(new, "co_freevars");
    int wants = name && was && is ? PySequence_Contains(is, name) : -1;

    return wants == 1 ? !PySequence_Contains(was, name) : wants;
}

/* 1 if the class has that qualified name, in the unit. */
static int is_class_named(const struct code_unit *cu, PyObject *type, PyObject *qualname)
{
    PyObject *module = obj_item(type_dict(type), "__module__");

    if (!module || !PyUnicode_Check(module) || PyUnicode_Compare(module, cu->unit->name) != 0)
        return 0;
    PY_AUTO PyObject *name = display_name(type);
    return name ? PyUnicode_Compare(name, qualname) == 0 : -1;
}

/* The only class of the unit that the method of that qualified name can belong to: a new reference, or
 * NULL without an exception. */
static PyObject *home_of(const struct code_plan *c, const struct code_unit *cu, PyObject *qualname)
{
    Py_ssize_t dot = PyUnicode_FindChar(qualname, '.', 0, PyUnicode_GetLength(qualname), -1);
    PY_AUTO PyObject *owner = dot > 0 ? PyUnicode_Substring(qualname, 0, dot) : NULL;
    PyObject *found = NULL;

    for (Py_ssize_t i = 0; owner && i < c->p.types.count; i++) {
        PyObject *type = c->p.types.items[i].a;
        int is = is_class_named(cu, type, owner);
        if (is < 0 || (is && found))
            return NULL;
        found = is ? type : found;
    }
    return py_new(found);
}

static int plan_code(struct code_plan *c, const struct code_unit *cu, PyObject *f, PyObject *new)
{
    const struct code_node *node = node_of(cu, new);
    PyObject *old = *word_at(f, layout.function.code);

    if (!node->other_closure)
        return journal_add(&c->p.journal, J_CODE, f, NULL, layout.function.code, old, new);
    int wants = wants_class(old, new);
    PY_AUTO PyObject *home = wants > 0 ? home_of(c, cu, node->qualname) : NULL;
    return wants < 0 || PyErr_Occurred() ? -1 : plan_closure(&c->p, f, new, home);
}

static int plan_swap(struct code_plan *c, struct code_unit *cu, PyObject *f, PyObject *new)
{
    struct code_node *node = node_of(cu, new);
    Py_ssize_t before = c->p.journal.count;
    int ready = plan_parameters(&c->p, cu->defaults, f, new, node->other_parameters);

    if (ready <= 0)
        return ready;
    Py_ssize_t planned = c->p.journal.count;
    if (plan_code(c, cu, f, new) < 0)
        return -1;
    if (c->p.journal.count == planned) {
        journal_drop(&c->p.journal, before); /* it is left, with its defaults */
        return 0;
    }
    cu->swapped++;
    node->updated = node->updated || node->changed;
    return 0;
}

static int plan_live(struct code_plan *c, struct code_unit *cu, PyObject *f)
{
    PyObject *old = *word_at(f, layout.function.code), *new = codes_successor(&c->p.codes, old);
    Py_ssize_t at = ptrmap_get(&cu->match.by_code, old);
    const struct live_code *live = at < 0 ? NULL : &cu->match.lives[at];

    if (new)
        return plan_swap(c, home_unit(c, cu, new), f, new);
    return live && live->reason && !is_removed_function(live)
               ? plan_leave(&c->p, f, f, live->reason)
               : 0;
}

static int plan_lives(struct code_plan *c)
{
    for (Py_ssize_t i = 0; i < c->p.old_functions.count; i++) {
        PyObject *f = c->p.old_functions.items[i].a;
        if (plan_live(c, unit_of(c, c->p.old_functions.items[i].b), f) < 0)
            return -1;
    }
    return 0;
}

/* ---- the report ---- */

/* The names of what does something else now, in the order of the source. New reference. */
static PyObject *updated_names(const struct code_unit *cu)
{
    PY_AUTO PyObject *names = PyList_New(0);

    for (Py_ssize_t i = 0; names && i < cu->tree.count; i++) {
        const struct code_node *node = &cu->tree.nodes[i];
        int there = node->updated ? PySequence_Contains(names, node->qualname) : 1;
        if (there < 0 || (!there && PyList_Append(names, node->qualname) < 0))
            return NULL;
    }
    return py_steal(&names);
}

static PyObject *unit_report(const struct code_unit *cu)
{
    PY_AUTO PyObject *entry = changes_entry(cu->unit->name, obj_global(cu->unit->old, "__file__"));

    if (!entry || PyDict_SetItemString(entry, "callback_error", Py_None) < 0 ||
        obj_put(obj_item(entry, "functions"), "updated", updated_names(cu)) < 0 ||
        obj_put(entry, "swapped", PyLong_FromSsize_t(cu->swapped)) < 0 ||
        PyDict_SetItemString(entry, "beyond", cu->beyond) < 0)
        return NULL;
    return py_steal(&entry);
}

static int report(struct code_plan *c)
{
    PY_AUTO PyObject *modules = PyList_New(0);

    for (Py_ssize_t i = 0; modules && i < c->p.r->count; i++) {
        PY_AUTO PyObject *entry = unit_report(&c->units[i]);
        if (!entry || PyList_Append(modules, entry) < 0)
            return -1;
    }
    return modules ? plan_put_report(&c->p, modules) : -1;
}

/* ---- the whole ---- */

static int make_plan(struct code_plan *c)
{
    if (take_stock(c) < 0 || match_late(c) < 0 || plan_lives(c) < 0 || held_plan(c) < 0 ||
        plan_aliases(&c->p) < 0 || plan_annotations(&c->p) < 0 || plan_stale(&c->p) < 0)
        return -1;
    return report(c);
}

static int carry_out(struct code_plan *c)
{
    PY_AUTO PyObject *names = plan_unit_names(c->p.r);
    PY_AUTO PyObject *record = names ? plan_record(&c->p, "code-only", names) : NULL;

    return record ? plan_carry_out(&c->p, record) : -1;
}

static void close_plan(struct code_plan *c)
{
    for (Py_ssize_t i = 0; c->units && i < c->p.r->count; i++) {
        match_free(&c->units[i].match);
        code_tree_free(&c->units[i].tree);
        py_clear(&c->units[i].beyond);
        py_clear(&c->units[i].survey);
        py_clear(&c->units[i].shadowed);
        py_clear(&c->units[i].defaults);
    }
    PyMem_RawFree(c->units);
    ptrlist_free(&c->held);
    plan_free(&c->p);
    heap_close(&c->p.heap);
    journal_free(&c->p.journal);
    py_clear(&c->keep);
    py_clear(&c->script);
}

int commit_code(struct reimport *r, bool dry_run)
{
    struct code_plan c = {
        .p = {.r = r, .left = PyList_New(0)}, .keep = PyList_New(0), .script = script_beyond()};
    int rc = -1;

    if (c.p.left && c.keep && c.script && layout_find() == 0 && open_units(&c) == 0 &&
        match_units(&c) == 0 && heap_open(&c.p.heap) == 0) {
        int64_t start = rt_monotonic_ns();
        rc = plan_hold(&c.p) < 0 || make_plan(&c) < 0 ? -1 : 0;
        if (rc == 0 && c.p.journal.count && !dry_run)
            rc = carry_out(&c);
        gil_note_hold(&r->pause_ms, start);
    }
    close_plan(&c);
    return rc;
}
