/* Classes: what moves from the new one into the old one. */
#include "annotations.h"
#include "layout.h"
#include "plan.h"
#include "shape.h"
#include "table.h"

PyObject *type_computed(PyObject *type, PyObject *name)
{
    PyObject *descriptor = type_own((PyObject *)&PyType_Type, name);

    if (!descriptor)
        return NULL;
    typedef PyObject *(*descr_get)(PyObject *, PyObject *, PyObject *);
    descr_get get = *(descr_get *)word_at(Py_TYPE(descriptor), TYPE_DESCR_GET);
    return get(descriptor, type, (PyObject *)Py_TYPE(type));
}

PyObject *display_name(PyObject *o)
{
    if (Py_TYPE(o) == &PyFunction_Type)
        return py_new(*word_at(o, layout.function.qualname));
    if (PyType_Check(o)) {
        PY_AUTO PyObject *name = PyUnicode_InternFromString("__qualname__");
        return name ? type_computed(o, name) : NULL;
    }
    return PyUnicode_FromFormat("%s object", *(const char **)word_at(Py_TYPE(o), TYPE_NAME));
}

static bool is_named(PyObject *key, const char *name)
{
    return PyUnicode_CompareWithASCIIString(key, name) == 0;
}

static int add_to_set(PyObject *o, void *set)
{
    return PySet_Add(set, o);
}

/* What belongs to the class as an object in memory and stays with it. */
static bool stays(PyObject *key, PyObject *value)
{
    return is_named(key, "__dict__") || is_named(key, "__weakref__") ||
           (value && Py_TYPE(value) == &PyMemberDescr_Type);
}

static int plan_new_attributes(struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(type_dict(new), &at, &key, &value)) {
        if (!PyUnicode_Check(key) || stays(key, value))
            continue;
        PyObject *was = type_own(old, key);
        PyObject *goal = survivor(p, value);
        if (was != goal && journal_add(&p->journal, J_TYPEATTR, old, key, 0, was, goal) < 0)
            return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

static int plan_gone_attributes(struct plan *p, PyObject *old, PyObject *new)
{
    Py_ssize_t at = 0, from = p->journal.count;
    PyObject *key, *value;

    while (PyDict_Next(type_dict(old), &at, &key, &value)) {
        bool slot = PyUnicode_Check(key) && Py_TYPE(value) == &PyMemberDescr_Type;
        if (!PyUnicode_Check(key) || (stays(key, value) && !slot) || is_named(key, "__doc__") ||
            is_named(key, "__module__"))
            continue;
        int there = PyDict_Contains(type_dict(new), key);
        if (there < 0 || (!there && !is_put_by_others(p, old, key, value) &&
                          journal_add(&p->journal, J_TYPEATTR, old, key, 0, value, NULL) < 0))
            return -1;
    }
    return p->journal.count > from ? journal_note_order(&p->journal, old) : 0;
}

/* The next key of `dict` that `other` has, too, or NULL. Borrowed. */
static PyObject *next_shared(PyObject *dict, PyObject *other, Py_ssize_t *at)
{
    PyObject *key, *value;

    while (PyDict_Next(dict, at, &key, &value))
        if (PyDict_Contains(other, key) == 1)
            return key;
    return NULL;
}

/* True if what is new may come last, and the rest is in the order of the new class. */
static bool comes_in_order(PyObject *was, PyObject *is)
{
    PyObject *key, *value;
    Py_ssize_t at = 0, was_at = 0;
    bool added = false;

    while (PyDict_Next(is, &at, &key, &value)) {
        bool shared = PyDict_Contains(was, key) == 1;
        if (shared && (added || next_shared(was, is, &was_at) != key))
            return false;
        added = added || !shared;
    }
    return true;
}

/* What goes through vars() of a class sees it in the order of the source. */
static int plan_order(struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *was = type_dict(old), *is = type_dict(new);

    if (comes_in_order(was, is))
        return PyErr_Occurred() ? -1 : 0;
    PY_AUTO PyObject *before = table_keys(was);
    PY_AUTO PyObject *after = table_keys(is);
    return before && after ? journal_add(&p->journal, J_ORDER, old, NULL, 0, before, after) : -1;
}

/* The names are not in the class's dict; its setters know where they are. */
static int plan_computed(struct plan *p, PyObject *old, PyObject *new, const char *attribute)
{
    PY_AUTO PyObject *name = PyUnicode_InternFromString(attribute);
    PY_AUTO PyObject *was = name ? type_computed(old, name) : NULL;
    PY_AUTO PyObject *is = name ? type_computed(new, name) : NULL;

    if (!was || !is)
        return -1;
    int same = PyObject_RichCompareBool(was, is, Py_EQ);
    return same ? (same < 0 ? -1 : 0)
                : journal_add(&p->journal, J_TYPEATTR, old, name, J_COMPUTED, was, is);
}

PyObject *surviving_bases(const struct plan *p, PyObject *type)
{
    PyObject *bases = *word_at(type, TYPE_BASES);
    PyObject *goal = PyTuple_New(PyTuple_Size(bases));

    for (Py_ssize_t i = 0; goal && i < PyTuple_Size(bases); i++)
        PyTuple_SetItem(goal, i, py_new(survivor(p, PyTuple_GetItem(bases, i))));
    return goal;
}

PyObject *surviving_class(const struct plan *p, PyObject *type)
{
    PyObject *goal = survivor(p, type);
    return PyType_Check(goal) ? goal : type;
}

/* A base in whose place something came that is no class, or NULL. Borrowed. */
static PyObject *base_without_class(const struct plan *p, PyObject *type)
{
    PyObject *bases = *word_at(type, TYPE_BASES);

    for (Py_ssize_t i = 0; i < PyTuple_Size(bases); i++)
        if (!PyType_Check(survivor(p, PyTuple_GetItem(bases, i))))
            return PyTuple_GetItem(bases, i);
    return NULL;
}

bool has_own_mro(PyTypeObject *meta)
{
    PY_AUTO PyObject *name = PyUnicode_InternFromString("mro");
    return !name || _PyType_Lookup(meta, name) != type_own((PyObject *)&PyType_Type, name);
}

/* True if new bases would have a metaclass's own mro() run, for the class or one that derives from it. */
static bool asks_mro(const struct plan *p, PyObject *type)
{
    for (Py_ssize_t i = 0; i < p->types.count; i++) {
        PyObject *below = p->types.items[i].a;
        if (PyType_IsSubtype((PyTypeObject *)below, (PyTypeObject *)type) &&
            has_own_mro(Py_TYPE(below)))
            return true;
    }
    return has_own_mro(Py_TYPE(type));
}

int plan_bases(struct plan *p, PyObject *type, PyObject *like)
{
    PyObject *was = *word_at(type, TYPE_BASES);
    PY_AUTO PyObject *goal = surviving_bases(p, like);

    if (!goal)
        return -1;
    bool same = PyTuple_Size(goal) == PyTuple_Size(was);
    for (Py_ssize_t i = 0; same && i < PyTuple_Size(goal); i++)
        same = PyTuple_GetItem(goal, i) == PyTuple_GetItem(was, i);
    if (same)
        return 0;
    PyObject *lost = base_without_class(p, like);
    if (lost)
        return plan_leave(p, type, lost, "keeps its bases: this one is no class any more");
    if (!shape_allows_bases((PyTypeObject *)type, goal))
        return plan_leave(p, type, like, "the new bases lay out instances differently");
    if (asks_mro(p, type))
        return plan_leave(
            p, type, like,
            "keeps its bases: a metaclass has an mro() of its own, which would run in the middle");
    return journal_add(&p->journal, J_BASES, type, NULL, 0, was, goal);
}

/* Classes that others registered with an abstract base class stay registered: they go into the new
 * one's registry, whose caches are empty. The registry is the first field of _abc._abc_data, a set of
 * weak references or NULL (Modules/_abc.c). */
static int keep_registered(PyObject *old, PyObject *new)
{
    PY_AUTO PyObject *name = PyUnicode_InternFromString("_abc_impl");
    PyObject *was = name ? type_own(old, name) : NULL, *is = name ? type_own(new, name) : NULL;

    if (!was || !is || Py_TYPE(was) != Py_TYPE(is) || object_size(was) < 24)
        return PyErr_Occurred() ? -1 : 0;
    PyObject *registered = *word_at(was, 16), **registry = word_at(is, 16);
    if (!registered || Py_TYPE(registered) != &PySet_Type)
        return 0;
    if (!*registry)
        *registry = PySet_New(NULL);
    return *registry ? each_referent(registered, add_to_set, *registry) : -1;
}

/* What bases it would have without those outside of the module; NULL without an exception if it has none
 * such, or they cannot be changed. New reference. */
static PyObject *orphan_bases(const struct plan *p, PyObject *new)
{
    PyObject *bases = *word_at(new, TYPE_BASES);
    bool outside = false;

    for (Py_ssize_t i = 0; i < PyTuple_Size(bases); i++) {
        PyObject *base = PyTuple_GetItem(bases, i);
        outside = outside || (!ptrmap_has(&p->by_new, base) && survivor(p, base) == base &&
                              PyType_HasFeature((PyTypeObject *)base, Py_TPFLAGS_HEAPTYPE));
    }
    if (!outside || has_own_mro(Py_TYPE(new)))
        return NULL;
    return PyTuple_Pack(1, shape_builtin_base((PyTypeObject *)new));
}

int plan_orphan(struct plan *p, PyObject *new, bool lasting)
{
    PY_AUTO PyObject *goal = orphan_bases(p, new);

    if (!goal)
        return PyErr_Occurred() ? -1 : 0;
    if (journal_add(&p->journal, J_BASES, new, NULL, 0, *word_at(new, TYPE_BASES), goal) < 0)
        return -1;
    p->journal.entries[p->journal.count - 1].lasting = lasting;
    return 0;
}

int plan_added(struct plan *p, PyObject *type)
{
    PY_AUTO PyObject *without = orphan_bases(p, type);
    PY_AUTO PyObject *bases = without ? surviving_bases(p, type) : NULL;

    if (!bases)
        return PyErr_Occurred() ? -1 : 0;
    return journal_note(&p->journal, J_BASES, type, NULL, J_ADDED, without, bases);
}

/* A subclass of what became an abstract base class needs a registry of its own, as each has. */
static int plan_registry(struct plan *p, PyObject *type, PyObject *like)
{
    PY_AUTO PyObject *name = PyUnicode_InternFromString("_abc_impl");
    PyObject *impl = name ? type_own(like, name) : NULL;

    if (!impl || type_own(type, name))
        return PyErr_Occurred() ? -1 : 0;
    PY_AUTO PyObject *own = PyObject_CallFunctionObjArgs((PyObject *)Py_TYPE(impl), NULL);
    PY_AUTO PyObject *abstract = PyUnicode_InternFromString("__abstractmethods__");
    PY_AUTO PyObject *none = PyFrozenSet_New(NULL);
    if (!own || !abstract || !none ||
        journal_add(&p->journal, J_TYPEATTR, type, name, 0, NULL, own) < 0)
        return -1;
    return journal_add(&p->journal, J_TYPEATTR, type, abstract, 0, NULL, none);
}

/* The new class that moves into one of the set or comes in its place, or NULL: either way its metaclass is the one
 * that counts. Borrowed. */
static PyObject *new_class_for(const struct plan *p, PyObject *type)
{
    Py_ssize_t i = ptrmap_get(&p->by_old, type);
    return i >= 0 && p->fates[i] != FATE_KEEP ? p->pairs.items[i].b : NULL;
}

/* The class that the class of `type`, a base, will be. Borrowed. */
static PyObject *metaclass_after(const struct plan *p, PyObject *type)
{
    PyObject *new = new_class_for(p, type);
    return surviving_class(p, (PyObject *)Py_TYPE(new ? new : type));
}

/* True if the metaclass that `old` loses, or changes, is that of another base, too. */
static bool needs_metaclass(const struct plan *p, PyObject *type, PyObject *old)
{
    PyObject *bases = *word_at(type, TYPE_BASES);

    for (Py_ssize_t i = 0; i < PyTuple_Size(bases); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GetItem(bases, i);
        if (!PyType_IsSubtype(base, (PyTypeObject *)old) &&
            PyType_IsSubtype((PyTypeObject *)metaclass_after(p, (PyObject *)base), Py_TYPE(old)))
            return true;
    }
    return false;
}

/* A class of the set has an entry of its own; one elsewhere may derive from several that change. */
static bool has_metaclass_planned(const struct plan *p, PyObject *type)
{
    if (new_class_for(p, type))
        return true;
    for (Py_ssize_t i = 0; i < p->journal.count; i++)
        if (p->journal.entries[i].kind == J_METACLASS && p->journal.entries[i].owner == type)
            return true;
    return false;
}

/* The class's class, and that of the subclasses elsewhere that had it from this one. */
static int plan_metaclass(struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *was = (PyObject *)Py_TYPE(old), *is = surviving_class(p, (PyObject *)Py_TYPE(new));

    if (was != is && journal_add(&p->journal, J_METACLASS, old, NULL, 0, was, is) < 0)
        return -1;
    for (Py_ssize_t i = 0; was != is && i < p->types.count; i++) {
        PyObject *type = p->types.items[i].a;
        if (type == old || (PyObject *)Py_TYPE(type) != was ||
            !PyType_IsSubtype((PyTypeObject *)type, (PyTypeObject *)old) ||
            has_metaclass_planned(p, type))
            continue;
        if (!PyType_IsSubtype((PyTypeObject *)is, (PyTypeObject *)was) &&
            needs_metaclass(p, type, old))
            continue;
        if (journal_add(&p->journal, J_METACLASS, type, NULL, 0, was, is) < 0 ||
            plan_registry(p, type, new) < 0)
            return -1;
    }
    return 0;
}

static int leave_dict(struct plan *p, PyObject *old, PyObject *new)
{
    return shape_serves_by_dict((PyTypeObject *)old, (PyTypeObject *)new)
               ? plan_leave(
                     p, old, new,
                     "its layout stays: instances keep their __dict__, which serves for new slots")
               : 0;
}

int plan_class(struct plan *p, PyObject *old, PyObject *new)
{
    if (keep_registered(old, new) != 0)
        return -1;
    if (plan_bases(p, old, new) < 0 || plan_new_attributes(p, old, new) < 0 ||
        plan_gone_attributes(p, old, new) < 0 || plan_order(p, old, new) < 0 ||
        plan_computed(p, old, new, "__qualname__") < 0 ||
        plan_computed(p, old, new, "__name__") < 0 || annotations_note(&p->journal, old, new) < 0 ||
        leave_dict(p, old, new) < 0)
        return -1;
    return plan_metaclass(p, old, new) < 0 || plan_orphan(p, new, true) < 0
               ? -1
               : journal_add(&p->journal, J_TYPEMOD, old, NULL, 0, NULL, NULL);
}
