/* The report on what changed, by qualified names: read off the plan, before it is carried out. */
#include "layout.h"
#include "plan.h"
#include "obj.h"

static const char *const verbs[] = {"updated", "added", "removed"};
enum verb { UPDATED, ADDED, REMOVED };

static PyObject *changes_none(void)
{
    PY_AUTO PyObject *lists = PyDict_New();

    for (int i = 0; lists && i < 3; i++) {
        PY_AUTO PyObject *list = PyList_New(0);
        if (!list || PyDict_SetItemString(lists, verbs[i], list) < 0)
            return NULL;
    }
    return py_steal(&lists);
}

PyObject *changes_entry(PyObject *name, PyObject *file)
{
    PY_AUTO PyObject *entry = PyDict_New();

    if (!entry || PyDict_SetItemString(entry, "name", name) < 0 ||
        PyDict_SetItemString(entry, "file", file ? file : Py_None) < 0 ||
        obj_put(entry, "functions", changes_none()) < 0 ||
        obj_put(entry, "classes", changes_none()) < 0 ||
        PyDict_SetItemString(entry, "callback", Py_None) < 0)
        return NULL;
    return py_steal(&entry);
}

PyObject *changes_add_gone(PyObject *modules, PyObject *name, PyObject *module)
{
    PY_AUTO PyObject *entry = changes_entry(name, obj_global(module, "__file__"));

    if (!entry || PyDict_SetItemString(entry, "gone", Py_True) < 0 ||
        PyList_Append(modules, entry) < 0)
        return NULL;
    return entry; /* the list has it */
}

/* One entry of report["modules"]. */
struct section {
    const struct plan *p;
    const struct unit *u;
    PyObject *functions, *classes; /* borrowed: dicts of three lists */
};

static int say(const struct section *s, enum verb verb, PyObject *o)
{
    PyObject *list = obj_item(is_function(o) ? s->functions : s->classes, verbs[verb]);
    PY_AUTO PyObject *name = display_name(o);

    if (!name || !list)
        return -1;
    int there = PySequence_Contains(list, name);
    return there ? (there < 0 ? -1 : 0) : PyList_Append(list, name);
}

static bool in_module(PyObject *o, PyObject *name)
{
    PyObject *module = NULL;

    if (is_function(o)) {
        module = *word_at(o, layout.function.module);
    } else if (is_class(o)) {
        PY_AUTO PyObject *key = PyUnicode_InternFromString("__module__");
        module = key ? type_own(o, key) : NULL;
    }
    return module && PyUnicode_Check(module) && PyUnicode_Compare(module, name) == 0;
}

/* ---- what counts as changed ---- */

static int fields_same(PyObject *a, PyObject *b)
{
    return a && b ? value_same(a, b) : a == b;
}

static int keyword_defaults_same(PyObject *a, PyObject *b)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    int same = a && b ? PyDict_Size(a) == PyDict_Size(b) : a == b;

    while (same == 1 && b && PyDict_Next(b, &at, &key, &value))
        same = fields_same(PyDict_GetItemWithError(a, key), value);
    return same;
}

static int function_same(PyObject *old, PyObject *new)
{
    int same = code_same(*word_at(old, layout.function.code), *word_at(new, layout.function.code));

    if (same == 1)
        same = fields_same(*word_at(old, layout.function.defaults),
                           *word_at(new, layout.function.defaults));
    if (same == 1)
        same = fields_same(*word_at(old, layout.function.doc), *word_at(new, layout.function.doc));
    if (same == 1)
        same = keyword_defaults_same(*word_at(old, layout.function.kwdefaults),
                                     *word_at(new, layout.function.kwdefaults));
    return same;
}

/* Where the class stands in the file, and what the interpreter derives from its methods and annotations. */
static bool is_bookkeeping(PyObject *key)
{
    static const char *const names[] = {"__module__",
                                        "__dict__",
                                        "__weakref__",
                                        "__firstlineno__",
                                        "__static_attributes__",
                                        "_abc_impl",
                                        "__annotations_cache__"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (PyUnicode_CompareWithASCIIString(key, names[i]) == 0)
            return true;
    return false;
}

static bool is_code_like(PyObject *o)
{
    return is_function(o) || is_class(o) || is_wrapper(o);
}

/* ---- functions in a property, a classmethod and their like, which no namespace names ---- */

/* What to do with the functions of a module in a wrapper that have no partner. */
struct unpaired {
    PyObject *module;
    const struct ptrmap *paired;
    const struct section *s; /* they are said, with `verb`; or NULL: only looked for */
    enum verb verb;
    int depth;
    bool found;
};

/* Goes into a property in a classmethod, but not deep: a partial may hold itself. */
static int visit_unpaired(PyObject *o, void *arg)
{
    struct unpaired *u = arg;

    if (is_wrapper(o) && u->depth > 0) {
        u->depth--;
        int rc = each_wrapped(o, visit_unpaired, u);
        u->depth++;
        return rc;
    }
    if (!is_function(o) || !in_module(o, u->module) || ptrmap_has(u->paired, o))
        return 0;
    u->found = true;
    return u->s ? say(u->s, u->verb, o) : 0;
}

/* True if the report names the wrapper by the function in it, as one that was added or removed. */
static bool is_told(PyObject *module, const struct ptrmap *paired, PyObject *wrapper)
{
    struct unpaired u = {.module = module, .paired = paired, .depth = 3};

    visit_unpaired(wrapper, &u);
    return u.found;
}

/* The attribute is in `other`, too, the namespace of its class's partner, with the same value. A function, or
 * what is told as one, does not count. A property that became a method, say, is the class's change: the
 * functions are partners. */
static int attribute_same(PyObject *key, PyObject *value, PyObject *other_dict, PyObject *module,
                          const struct ptrmap *paired)
{
    PyObject *other = PyDict_GetItemWithError(other_dict, key);

    if (!is_code_like(value))
        return other ? is_code_like(other) || value_same(value, other) : 0;
    if (!is_wrapper(value) || is_told(module, paired, value))
        return 1;
    return other && Py_TYPE(value) == Py_TYPE(other);
}

/* Every attribute that the old class has of its source is in the new one. */
static int attributes_kept(const struct plan *p, PyObject *old, PyObject *new, PyObject *module)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    int same = 1;

    while (same == 1 && PyDict_Next(type_dict(old), &at, &key, &value))
        if (PyUnicode_Check(key) && !is_bookkeeping(key)) {
            same = attribute_same(key, value, type_dict(new), module, &p->by_old);
            if (!same && !PyDict_GetItemWithError(type_dict(new), key))
                same = is_put_by_others(p, old, key, value);
        }
    return PyErr_Occurred() ? -1 : same;
}

/* Every attribute of the new class is in the old one. */
static int attributes_there(const struct plan *p, PyObject *old, PyObject *new, PyObject *module)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    int same = 1;

    while (same == 1 && PyDict_Next(type_dict(new), &at, &key, &value))
        if (PyUnicode_Check(key) && !is_bookkeeping(key))
            same = attribute_same(key, value, type_dict(old), module, &p->by_new);
    return PyErr_Occurred() ? -1 : same;
}

static int class_same(const struct plan *p, PyObject *old, PyObject *new, PyObject *module)
{
    PyObject *bases = *word_at(old, TYPE_BASES), *new_bases = *word_at(new, TYPE_BASES);
    int same = PyTuple_Size(bases) == PyTuple_Size(new_bases);

    for (Py_ssize_t i = 0; same && i < PyTuple_Size(bases); i++)
        same = PyTuple_GetItem(bases, i) == survivor(p, PyTuple_GetItem(new_bases, i));
    if (same)
        same = attributes_kept(p, old, new, module);
    return same == 1 ? attributes_there(p, old, new, module) : same;
}

/* ---- walking ---- */

static int report_pairs(const struct section *s)
{
    const struct plan *p = s->p;

    for (Py_ssize_t i = 0; i < p->pairs.count; i++) {
        PyObject *old = p->pairs.items[i].a, *new = p->pairs.items[i].b;
        if (!in_module(new, s->u->name))
            continue;
        int same = p->fates[i] == FATE_SWITCH             ? 0
                   : p->fates[i] == FATE_KEEP             ? 1
                   : is_function(old) && is_function(new) ? function_same(old, new)
                   : is_class(old) && is_class(new)       ? class_same(p, old, new, s->u->name)
                                                          : 1;
        if (same < 0 || (!same && say(s, UPDATED, new) < 0))
            return -1;
    }
    return 0;
}

/* What wraps a function in place of the function itself, or of another wrapper, is its update. */
static int report_wrapped(const struct section *s, PyObject *wrapper, const struct ptrmap *paired,
                          enum verb verb)
{
    Py_ssize_t i = ptrmap_get(paired, wrapper);
    const struct ptrpair *both = i >= 0 ? &s->p->pairs.items[i] : NULL;
    struct unpaired u = {s->u->name, paired, s, verb, 3, false};

    if (both && Py_TYPE(both->a) != Py_TYPE(both->b)) {
        if (verb == REMOVED)
            return 0;
        u.verb = UPDATED;
    }
    return visit_unpaired(wrapper, &u);
}

/* Functions and classes in a namespace, and in its classes, that have no partner; and what wraps such. */
static int report_unpaired(const struct section *s, PyObject *namespace,
                           const struct ptrmap *paired, enum verb verb, int depth)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(namespace, &at, &key, &value)) {
        if (is_wrapper(value) && report_wrapped(s, value, paired, verb) < 0)
            return -1;
        if (!(is_class(value) || is_function(value)) || !in_module(value, s->u->name))
            continue;
        if (!ptrmap_has(paired, value) && say(s, verb, value) < 0)
            return -1;
        if (depth && is_class(value) &&
            report_unpaired(s, type_dict(value), paired, verb, depth - 1) < 0)
            return -1;
    }
    return 0;
}

static PyObject *callback_word(const struct unit *u)
{
    static const char *const words[] = {
        [CALLBACK_TRUE] = "true", [CALLBACK_FALSE] = "false", [CALLBACK_RAISED] = "raised"};

    if (u->callback == CALLBACK_NONE || u->foreign)
        return py_new(Py_None);
    return PyUnicode_FromString(words[u->callback]);
}

static int fill_section(struct section *s, PyObject *entry)
{
    PY_AUTO PyObject *callback = callback_word(s->u);
    PyObject *error = s->u->callback_error;

    if (!callback || PyDict_SetItemString(entry, "callback", callback) < 0 ||
        PyDict_SetItemString(entry, "callback_error", error ? error : Py_None) < 0)
        return -1;
    if (s->u->foreign && PyDict_SetItemString(entry, "replaced", Py_True) < 0)
        return -1;
    if (!unit_moves(s->u))
        return 0;
    if (report_pairs(s) < 0 || report_unpaired(s, unit_new_dict(s->u), &s->p->by_new, ADDED, 3) < 0)
        return -1;
    return report_unpaired(s, unit_old_dict(s->u), &s->p->by_old, REMOVED, 3);
}

static int report_unit(const struct plan *p, const struct unit *u, PyObject *modules)
{
    PY_AUTO PyObject *entry = changes_entry(u->name, obj_global(u->fresh, "__file__"));

    if (!entry)
        return -1;
    struct section s = {p, u, obj_item(entry, "functions"), obj_item(entry, "classes")};
    return fill_section(&s, entry) < 0 ? -1 : PyList_Append(modules, entry);
}

static int set_number(PyObject *dict, const char *key, Py_ssize_t n)
{
    PY_AUTO PyObject *number = PyLong_FromSsize_t(n);
    return number ? PyDict_SetItemString(dict, key, number) : -1;
}

int plan_put_report(struct plan *p, PyObject *modules)
{
    PY_AUTO PyObject *references = PyDict_New();

    if (!references)
        return -1;
    if (set_number(references, "switched", p->switched) < 0 ||
        set_number(references, "removed", p->removed_count) < 0 ||
        PyDict_SetItemString(references, "left", p->left) < 0 ||
        PyDict_SetItemString(p->r->report, "modules", modules) < 0)
        return -1;
    return PyDict_SetItemString(p->r->report, "references", references);
}

/* A module that was loaded, and is not after the commit: all of it is removed. */
static int report_gone(const struct plan *p, PyObject *name, PyObject *module, PyObject *modules)
{
    PyObject *entry = changes_add_gone(modules, name, module);
    const struct unit u = {.name = name, .old = module};

    if (!entry)
        return -1;
    struct section s = {p, &u, obj_item(entry, "functions"), obj_item(entry, "classes")};
    return report_unpaired(&s, unit_old_dict(&u), &p->by_old, REMOVED, 3);
}

int plan_report(struct plan *p)
{
    PY_AUTO PyObject *modules = PyList_New(0);
    PyObject *name, *module;
    Py_ssize_t at = 0;

    if (!modules)
        return -1;
    for (Py_ssize_t i = 0; i < p->r->count; i++)
        if (report_unit(p, &p->r->units[i], modules) < 0)
            return -1;
    while (PyDict_Next(p->r->gone, &at, &name, &module))
        if (report_gone(p, name, module, modules) < 0)
            return -1;
    return plan_put_report(p, modules);
}

/* ---- an undo: what the journal touches ---- */

/* An attribute that is a function or its like before and after: what changes in it has its own entry. */
static bool stays_code(const struct entry *e)
{
    return e->old && e->new &&is_code_like(e->old) && is_code_like(e->new);
}

static int report_entries(const struct section *s, const struct journal *j)
{
    for (Py_ssize_t i = 0; i < j->count; i++) {
        const struct entry *e = &j->entries[i];
        bool of_class = (e->kind == J_BASES && e->index != J_ADDED) || e->kind == J_TYPEATTR;
        if ((e->kind != J_CODE && !of_class) || !in_module(e->owner, s->u->name))
            continue;
        if (e->kind == J_CODE && is_function(e->owner)) {
            int same = Py_TYPE(e->old) == &PyCode_Type ? code_same(e->old, e->new) : 1;
            if (same < 0 || (!same && say(s, UPDATED, e->owner) < 0))
                return -1;
        } else if (of_class && (!e->key || (!is_bookkeeping(e->key) && !stays_code(e))) &&
                   say(s, UPDATED, e->owner) < 0) {
            return -1;
        }
    }
    return 0;
}

static int report_undone(const struct plan *p, PyObject *name, PyObject *modules)
{
    PyObject *module = PyDict_GetItemWithError(PyImport_GetModuleDict(), name);
    PY_AUTO PyObject *entry = changes_entry(name, module ? obj_global(module, "__file__") : NULL);
    const struct unit u = {.name = name};

    if (!entry)
        return -1;
    struct section s = {p, &u, obj_item(entry, "functions"), obj_item(entry, "classes")};
    return report_entries(&s, &p->journal) < 0 ? -1 : PyList_Append(modules, entry);
}

int plan_undo_report(struct plan *p, PyObject *names)
{
    PY_AUTO PyObject *modules = PyList_New(0);

    if (!modules)
        return -1;
    for (Py_ssize_t i = 0; names && i < PyList_Size(names); i++)
        if (report_undone(p, PyList_GetItem(names, i), modules) < 0)
            return -1;
    return plan_put_report(p, modules);
}

static int leave_named(struct plan *p, PyObject *holder, PyObject *object, const char *reason)
{
    PY_AUTO PyObject *entry = PyDict_New();
    PY_AUTO PyObject *why = PyUnicode_FromString(reason);

    if (!entry || !holder || !object || !why || PyDict_SetItemString(entry, "holder", holder) < 0 ||
        PyDict_SetItemString(entry, "object", object) < 0 ||
        PyDict_SetItemString(entry, "reason", why) < 0)
        return -1;
    return PyList_Append(p->left, entry);
}

int plan_leave(struct plan *p, PyObject *holder, PyObject *object, const char *reason)
{
    PY_AUTO PyObject *holder_name = display_name(holder);
    PY_AUTO PyObject *object_name = object ? display_name(object) : py_new(Py_None);

    return leave_named(p, holder_name, object_name, reason);
}

int plan_leave_module(struct plan *p, PyObject *name, const char *reason)
{
    PY_AUTO PyObject *holder = PyUnicode_FromFormat("module %U", name);

    return leave_named(p, holder, Py_None, reason);
}

int plan_leave_global(struct plan *p, PyObject *namespace, PyObject *name, const char *reason)
{
    PyObject *module_name = obj_item(namespace, "__name__");
    PY_AUTO PyObject *holder =
        PyUnicode_FromFormat("module %S", module_name ? module_name : Py_None);

    return leave_named(p, holder, name, reason);
}
