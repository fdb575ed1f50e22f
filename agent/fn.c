/* Functions: what moves from the new one into the old one, and how live closures follow. */
#include "annotations.h"
#include "codematch.h"
#include "layout.h"
#include "plan.h"
#include "obj.h"

static int plan_field(struct plan *p, PyObject *f, Py_ssize_t offset, PyObject *goal,
                      enum entry_kind kind)
{
    if (offset < 0 || *word_at(f, offset) == goal)
        return 0;
    return journal_add(&p->journal, kind, f, NULL, offset, *word_at(f, offset), goal);
}

static PyObject *free_names(PyObject *code)
{
    return code_get(code, "co_freevars");
}

/* The cell of `f` for the free variable `name`, borrowed, or NULL. */
static PyObject *cell_named(PyObject *f, PyObject *names, PyObject *name)
{
    PyObject *closure = *word_at(f, layout.function.closure);

    for (Py_ssize_t i = 0; closure && i < PyTuple_Size(names); i++)
        if (PyUnicode_Compare(PyTuple_GetItem(names, i), name) == 0)
            return PyTuple_GetItem(closure, i);
    return NULL;
}

/* `__classdict__`, of annotations and type parameters, is the very dict of a class (3.12 on). */
static PyObject *surviving_contents(const struct plan *p, PyObject *o)
{
    Py_ssize_t type = ptrmap_get(&p->type_dicts, o);
    PyObject *goal = survivor(p, type < 0 ? o : p->types.items[type].a);

    return type < 0             ? goal
           : PyType_Check(goal) ? type_dict(goal)
                                : o; /* what is kept may be no class */
}

/* A variable that lives on: others may share its cell, so the new contents move in. */
static int plan_cell(struct plan *p, PyObject *old, PyObject *new)
{
    PY_AUTO PyObject *was = PyCell_Get(old);
    PY_AUTO PyObject *is = PyCell_Get(new);
    PyObject *goal = is ? surviving_contents(p, is) : NULL;

    if (old == new || ptrmap_has(&p->handled, old))
        return 0;
    if (ptrmap_set(&p->handled, old, 1) < 0)
        return -1;
    return was == goal ? 0 : journal_add(&p->journal, J_CELL, old, NULL, 0, was, goal);
}

static bool same_tuple(PyObject *a, PyObject *b)
{
    Py_ssize_t n = a && b ? PyTuple_Size(a) : -1;
    bool same = n >= 0 && n == PyTuple_Size(b);

    for (Py_ssize_t i = 0; same && i < n; i++)
        same = PyTuple_GetItem(a, i) == PyTuple_GetItem(b, i);
    return same;
}

/* The closure that `old` shall have: its own cells where the variable has the same name, the new
 * function's cells for the others. A new reference; NULL without an exception: none. */
static PyObject *merged_closure(struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *new_closure = *word_at(new, layout.function.closure);
    PY_AUTO PyObject *old_names = free_names(*word_at(old, layout.function.code));
    PY_AUTO PyObject *new_names = free_names(*word_at(new, layout.function.code));

    if (!old_names || !new_names || !new_closure)
        return NULL;
    PY_AUTO PyObject *closure = PyTuple_New(PyTuple_Size(new_names));
    for (Py_ssize_t i = 0; closure && i < PyTuple_Size(new_names); i++) {
        PyObject *fresh = PyTuple_GetItem(new_closure, i);
        PyObject *cell = cell_named(old, old_names, PyTuple_GetItem(new_names, i));
        if (cell && plan_cell(p, cell, fresh) < 0)
            return NULL;
        PyTuple_SetItem(closure, i, py_new(cell ? cell : fresh));
    }
    return py_steal(&closure);
}

static int plan_merged_closure(struct plan *p, PyObject *old, PyObject *new)
{
    PY_AUTO PyObject *closure = merged_closure(p, old, new);

    if (!closure && PyErr_Occurred())
        return -1;
    if (same_tuple(closure, *word_at(old, layout.function.closure)))
        return 0;
    return plan_field(p, old, layout.function.closure, closure, J_WORD);
}

static PyObject *surviving_globals(const struct plan *p, PyObject *globals)
{
    Py_ssize_t i = ptrmap_get(&p->new_globals, globals);
    return i < 0 ? globals : unit_old_dict(&p->r->units[i]);
}

static int take_dict(PyObject *o, void *arg)
{
    if (Py_TYPE(o) == &PyDict_Type)
        *(PyObject **)arg = o;
    return 0;
}

/* The implementations of a generic function (functools.singledispatch), behind a mapping proxy. */
static PyObject *registry_of(PyObject *f)
{
    PyObject *attributes = *word_at(f, layout.function.dict), *dict = NULL;
    PyObject *proxy = attributes ? obj_item(attributes, "registry") : NULL;

    if (proxy && Py_TYPE(proxy) == &PyDictProxy_Type && obj_item(attributes, "dispatch"))
        each_referent(proxy, take_dict, &dict);
    return dict;
}

/* Implementations that other modules registered stay. The new registry is the import's own: it may be
 * changed. */
static int keep_implementations(struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *was = registry_of(old), *is = registry_of(new), *type, *function;
    Py_ssize_t at = 0;

    while (was && is && PyDict_Next(was, &at, &type, &function)) {
        if (is_own(p, function) || is_removed(p, function))
            continue;
        int there = PyDict_Contains(is, type);
        if (there < 0 || (!there && PyDict_SetItem(is, type, function) < 0))
            return -1;
    }
    return 0;
}

/* The defaults with the survivors in place of what came with the import; the collector need not know
 * a tuple or a dict of plain values, so refs.c may not find these. New reference. */
static PyObject *surviving_defaults(const struct plan *p, PyObject *defaults)
{
    bool changes = false;
    Py_ssize_t n = defaults ? PyTuple_Size(defaults) : 0;

    for (Py_ssize_t i = 0; i < n; i++)
        changes =
            changes || survivor(p, PyTuple_GetItem(defaults, i)) != PyTuple_GetItem(defaults, i);
    if (!changes)
        return py_new(defaults);
    PyObject *copy = PyTuple_New(n);
    for (Py_ssize_t i = 0; copy && i < n; i++)
        PyTuple_SetItem(copy, i, py_new(survivor(p, PyTuple_GetItem(defaults, i))));
    return copy;
}

/* The same for those of keywords, and for a function's attributes. The new function's own dict stays as it is: it may
 * be all that holds what is paired. */
static PyObject *surviving_values(const struct plan *p, PyObject *defaults)
{
    bool changes = false;
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (defaults && PyDict_Next(defaults, &at, &key, &value))
        changes = changes || survivor(p, value) != value;
    if (!changes)
        return py_new(defaults);
    PY_AUTO PyObject *copy = PyDict_New();
    at = 0;
    while (copy && PyDict_Next(defaults, &at, &key, &value))
        if (PyDict_SetItem(copy, key, survivor(p, value)) < 0)
            return NULL;
    return py_steal(&copy);
}

static int plan_defaults(struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *is = *word_at(new, layout.function.defaults);
    PyObject *keywords = *word_at(new, layout.function.kwdefaults);
    PY_AUTO PyObject *goal = surviving_defaults(p, is);
    PY_AUTO PyObject *keyword_goal = surviving_values(p, keywords);

    if ((is && !goal) || (keywords && !keyword_goal) ||
        plan_field(p, old, layout.function.kwdefaults, keyword_goal, J_WORD) < 0)
        return -1;
    return plan_field(p, old, layout.function.defaults, goal, J_WORD);
}

int plan_function(struct plan *p, PyObject *old, PyObject *new)
{
    const Py_ssize_t plain[] = {layout.function.doc,         layout.function.name,
                                layout.function.qualname,    layout.function.dict,
                                layout.function.module,      layout.function.annotate,
                                layout.function.annotations, layout.function.type_params};

    if (keep_implementations(p, old, new) < 0 || plan_merged_closure(p, old, new) < 0 ||
        plan_defaults(p, old, new) < 0 || annotations_note(&p->journal, old, new) < 0)
        return -1;
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        PyObject *is = plain[i] < 0 ? NULL : *word_at(new, plain[i]);
        if (plan_field(p, old, plain[i], is ? survivor(p, is) : NULL, J_WORD) < 0)
            return -1;
    }
    PyObject *globals = surviving_globals(p, *word_at(new, layout.function.globals));
    if (globals != *word_at(old, layout.function.globals) &&
        (plan_field(p, old, layout.function.globals, globals, J_CODE) < 0 ||
         (layout.function.builtins >= 0 &&
          plan_field(p, old, layout.function.builtins, *word_at(new, layout.function.builtins),
                     J_WORD) < 0)))
        return -1;
    return plan_field(p, old, layout.function.code, *word_at(new, layout.function.code), J_CODE);
}

/* The cells of `function` in the order that `code` wants them. NULL without an exception: it wants one
 * that the function has not. `home`: as for plan_closure(). */
static PyObject *reordered_closure(PyObject *function, PyObject *code, PyObject *home)
{
    PY_AUTO PyObject *old_names = free_names(*word_at(function, layout.function.code));
    PY_AUTO PyObject *new_names = free_names(code);
    PY_AUTO PyObject *closure =
        old_names && new_names ? PyTuple_New(PyTuple_Size(new_names)) : NULL;

    for (Py_ssize_t i = 0; closure && i < PyTuple_Size(new_names); i++) {
        PyObject *name = PyTuple_GetItem(new_names, i);
        PyObject *cell = py_new(cell_named(function, old_names, name));
        if (!cell && home && PyUnicode_CompareWithASCIIString(name, "__class__") == 0)
            cell = PyCell_New(home);
        if (!cell)
            return NULL;
        PyTuple_SetItem(closure, i, cell);
    }
    return py_steal(&closure);
}

int plan_closure(struct plan *p, PyObject *function, PyObject *code, PyObject *home)
{
    PY_AUTO PyObject *closure = reordered_closure(function, code, home);

    if (!closure)
        return PyErr_Occurred()
                   ? -1
                   : plan_leave(p, function, function,
                                "its new code uses a variable of the enclosing function that "
                                "this closure did not capture");
    bool none = PyTuple_Size(closure) == 0;
    if (!same_tuple(closure, *word_at(function, layout.function.closure)) &&
        plan_field(p, function, layout.function.closure, none ? NULL : closure, J_WORD) < 0)
        return -1;
    return plan_field(p, function, layout.function.code, code, J_CODE);
}

int plan_unpaired(struct plan *p, PyObject *function, PyObject *code)
{
    Py_ssize_t before = p->journal.count;
    int same = code_same_parameters(*word_at(function, layout.function.code), code);
    int ready = same < 0 ? -1 : plan_parameters(p, p->spelled, function, code, !same);

    if (ready <= 0)
        return ready;
    Py_ssize_t planned = p->journal.count;
    if (plan_closure(p, function, code, NULL) < 0)
        return -1;
    if (p->journal.count == planned)
        journal_drop(&p->journal, before); /* it is left, with its defaults */
    return 0;
}

/* True if that is the cell in which a function of `home`, or of what comes in its place, finds its class. */
static bool is_cell_of(const struct plan *p, PyObject *cell, PyObject *home)
{
    PY_AUTO PyObject *type = cell ? PyCell_Get(cell) : NULL;
    return type && (type == home || type == survivor(p, home));
}

static PyObject *closure_in(const struct plan *p, PyObject *like, PyObject *f, PyObject *home)
{
    PY_AUTO PyObject *names = free_names(*word_at(like, layout.function.code));
    PY_AUTO PyObject *old_names = names ? free_names(*word_at(f, layout.function.code)) : NULL;
    PY_AUTO PyObject *class_name = PyUnicode_InternFromString("__class__");

    if (!old_names || !class_name || !is_cell_of(p, cell_named(like, names, class_name), home))
        return NULL;
    PY_AUTO PyObject *closure = PyTuple_New(PyTuple_Size(names));
    for (Py_ssize_t i = 0; closure && i < PyTuple_Size(names); i++) {
        PyObject *name = PyTuple_GetItem(names, i), *cell = cell_named(f, old_names, name);
        bool own = PyUnicode_Compare(name, class_name) == 0;
        cell = own ? PyCell_New(home) : py_new(cell ? cell : cell_named(like, names, name));
        if (!cell)
            return NULL;
        PyTuple_SetItem(closure, i, cell);
    }
    return py_steal(&closure);
}

/* Of a function that nobody else has seen yet. Takes the reference. */
static void fill_field(PyObject *f, Py_ssize_t offset, PyObject *value)
{
    if (offset < 0) {
        Py_DecRef(value);
        return;
    }
    PyObject *was = *word_at(f, offset);
    *word_at(f, offset) = value;
    Py_DecRef(was);
}

/* New reference, or NULL. The function that makes annotations (3.14) survives as any other. */
static PyObject *surviving_field(const struct plan *p, PyObject *f, Py_ssize_t offset)
{
    PyObject *is = offset < 0 ? NULL : *word_at(f, offset);
    return is ? py_new(survivor(p, is)) : NULL;
}

PyObject *function_of(struct plan *p, PyObject *like, PyObject *f, PyObject *home)
{
    const Py_ssize_t plain[] = {layout.function.doc,        layout.function.name,
                                layout.function.qualname,   layout.function.module,
                                layout.function.annotate,   layout.function.annotations,
                                layout.function.type_params};
    PY_AUTO PyObject *closure = is_function(like) ? closure_in(p, like, f, home) : NULL;
    PyObject *defaults = closure ? *word_at(like, layout.function.defaults) : NULL;
    PyObject *keywords = closure ? *word_at(like, layout.function.kwdefaults) : NULL;
    PyObject *dict = closure ? *word_at(like, layout.function.dict) : NULL;

    if (!closure)
        return NULL;
    PY_AUTO PyObject *own =
        PyFunction_New(*word_at(like, layout.function.code),
                       surviving_globals(p, *word_at(like, layout.function.globals)));
    PY_AUTO PyObject *goal = surviving_defaults(p, defaults);
    PY_AUTO PyObject *keyword_goal = surviving_values(p, keywords);
    PY_AUTO PyObject *surviving = surviving_values(p, dict);
    PY_AUTO PyObject *attributes = surviving ? PyDict_Copy(surviving) : NULL;
    if (!own || (defaults && !goal) || (keywords && !keyword_goal) || (dict && !attributes))
        return NULL;
    fill_field(own, layout.function.closure, py_steal(&closure));
    fill_field(own, layout.function.defaults, py_steal(&goal));
    fill_field(own, layout.function.kwdefaults, py_steal(&keyword_goal));
    fill_field(own, layout.function.dict, py_steal(&attributes));
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        fill_field(own, plain[i], surviving_field(p, like, plain[i]));
    return py_steal(&own);
}
