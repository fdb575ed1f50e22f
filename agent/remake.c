/* Classes outside the set whose layout follows from a class of it: when that gets another one, no
 * assignment of bases can give it to them, and their own code is not to run again. So each is made
 * anew, as `type` makes any class, but from a stand-in: an empty class laid out like the new base, so that
 * no hook of the base is called. At the commit the new class takes the place of the stand-in, and the
 * made class that of the old one wherever it is held. */
#include "layout.h"
#include "obj.h"
#include "replace.h"
#include "shape.h"

static bool has_dict(PyTypeObject *type)
{
    return number_at(type, TYPE_DICTOFFSET) != 0;
}

static bool has_weak_list(PyTypeObject *type)
{
    return number_at(type, TYPE_WEAKLISTOFFSET) != 0;
}

/* ---- making one ---- */

/* type(name, (base,), {"__slots__": slots}): no code but type's own runs for a base without hooks. */
static PyObject *make_class(PyObject *name, PyTypeObject *base, PyObject *slots, PyObject *qualname)
{
    PY_AUTO PyObject *bases = PyTuple_Pack(1, base);
    PY_AUTO PyObject *ns = PyDict_New();
    PY_AUTO PyObject *module = PyUnicode_FromString("reimport");

    if (!bases || !ns || !module || PyDict_SetItemString(ns, "__module__", module) < 0 ||
        (slots && PyDict_SetItemString(ns, "__slots__", slots) < 0) ||
        (qualname && PyDict_SetItemString(ns, "__qualname__", qualname) < 0))
        return NULL;
    return PyObject_CallFunctionObjArgs((PyObject *)&PyType_Type, name, bases, ns, NULL);
}

/* What `like` has beside its slots and `base` has not: names for __slots__. */
static int add_special_slots(PyObject *slots, PyTypeObject *like, PyTypeObject *base)
{
    PY_AUTO PyObject *dict = PyUnicode_InternFromString("__dict__");
    PY_AUTO PyObject *weak = PyUnicode_InternFromString("__weakref__");

    if (!dict || !weak || (has_dict(like) && !has_dict(base) && PyList_Append(slots, dict) < 0))
        return -1;
    return has_weak_list(like) && !has_weak_list(base) ? PyList_Append(slots, weak) : 0;
}

static bool same_size(PyTypeObject *a, PyTypeObject *b)
{
    return number_at(a, TYPE_BASICSIZE) == number_at(b, TYPE_BASICSIZE) &&
           number_at(a, TYPE_ITEMSIZE) == number_at(b, TYPE_ITEMSIZE) &&
           number_at(a, TYPE_DICTOFFSET) == number_at(b, TYPE_DICTOFFSET) &&
           number_at(a, TYPE_WEAKLISTOFFSET) == number_at(b, TYPE_WEAKLISTOFFSET);
}

/* A class laid out like `like` that inherits from nothing but a built-in one. Its slots have names in
 * the order of their places: `type` sorts them. New reference; NULL without an exception: there can be
 * none. */
static PyObject *stand_in(PyTypeObject *like)
{
    if (!is_class((PyObject *)like))
        return py_new((PyObject *)like);
    PY_AUTO PyObject *base = stand_in(shape_base(like));
    PY_AUTO PyObject *slots = base ? PyList_New(0) : NULL;
    PY_AUTO PyObject *name = slots ? PyUnicode_FromString("stand-in") : NULL;
    Py_ssize_t count = number_at(like, 16); /* ob_size: of a class, how many slots it adds */

    for (Py_ssize_t i = 0; name && i < count; i++) {
        PY_AUTO PyObject *slot = PyUnicode_FromFormat("s%08zd", i);
        if (!slot || PyList_Append(slots, slot) < 0)
            return NULL;
    }
    if (!name || add_special_slots(slots, like, (PyTypeObject *)base) < 0)
        return NULL;
    PY_AUTO PyObject *type = make_class(name, (PyTypeObject *)base, slots, NULL);
    return type && same_size((PyTypeObject *)type, like) ? py_steal(&type) : NULL;
}

/* The names of the slots that the class itself has, or NULL without an exception if it was made without
 * __slots__. */
static PyObject *own_slots(PyTypeObject *type, PyTypeObject *base)
{
    PyObject *key, *value, *dict = type_dict((PyObject *)type);
    Py_ssize_t at = 0;

    if (!obj_item(dict, "__slots__"))
        return NULL;
    PY_AUTO PyObject *slots = PyList_New(0);
    while (slots && PyDict_Next(dict, &at, &key, &value))
        if (Py_TYPE(value) == &PyMemberDescr_Type && PyList_Append(slots, key) < 0)
            return NULL;
    return slots && add_special_slots(slots, type, base) == 0 ? py_steal(&slots) : NULL;
}

static PyObject *computed(PyObject *type, const char *attribute)
{
    PY_AUTO PyObject *name = PyUnicode_InternFromString(attribute);
    return name ? type_computed(type, name) : NULL;
}

static PyObject *made_like(PyObject *old, PyTypeObject *base)
{
    PY_AUTO PyObject *slots = own_slots((PyTypeObject *)old, base);
    PY_AUTO PyObject *name = PyErr_Occurred() ? NULL : computed(old, "__name__");
    PY_AUTO PyObject *qualname = name ? computed(old, "__qualname__") : NULL;

    return qualname ? make_class(name, base, slots, qualname) : NULL;
}

/* ---- what it is to hold ---- */

static bool is_named(PyObject *key, const char *name)
{
    return PyUnicode_CompareWithASCIIString(key, name) == 0;
}

static int fill(struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(type_dict(old), &at, &key, &value)) {
        if (!PyUnicode_Check(key) || is_named(key, "__dict__") || is_named(key, "__weakref__") ||
            Py_TYPE(value) == &PyMemberDescr_Type || is_removed(p, value))
            continue;
        if (journal_add_lasting(&p->journal, J_TYPEATTR, new, key, 0, type_own(new, key),
                                survivor(p, value)) < 0)
            return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

bool is_remade(const struct plan *p, PyObject *type)
{
    for (Py_ssize_t i = 0; i < p->remade.count; i++)
        if (p->remade.items[i].a == type)
            return true;
    return false;
}

int plan_remade(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->remade.count; i++) {
        PyObject *old = p->remade.items[i].a, *new = p->remade.items[i].b;
        PY_AUTO PyObject *goal = surviving_bases(p, old);
        if (!goal || fill(p, old, new) < 0 ||
            journal_add(&p->journal, J_BASES, new, NULL, 0, *word_at(new, TYPE_BASES), goal) < 0)
            return -1;
        if (Py_TYPE(old) == Py_TYPE(new))
            continue;
        if (journal_add_lasting(&p->journal, J_METACLASS, new, NULL, 0, (PyObject *)Py_TYPE(new),
                                surviving_class(p, (PyObject *)Py_TYPE(old))) < 0)
            return -1;
    }
    return 0;
}

/* ---- which ---- */

/* True if its bases get another layout, so that it cannot have the new ones as it is. */
static bool is_outgrown(const struct plan *p, PyObject *type, PyObject *bases)
{
    PyObject *now = *word_at(type, TYPE_BASES);
    bool changes = false;

    for (Py_ssize_t i = 0; i < PyTuple_Size(now); i++) {
        if (is_removed(p, PyTuple_GetItem(now, i)))
            return false;
        changes = changes || PyTuple_GetItem(now, i) != PyTuple_GetItem(bases, i);
    }
    return changes && !shape_allows_bases((PyTypeObject *)type, bases);
}

/* 1 if it was made anew, 0 if it is to be left as it is. */
static int remake(struct plan *p, PyObject *type, PyObject *bases)
{
    PyTypeObject *best = shape_best_base(bases);

    if (!best || !shape_bases_agree(best, bases) || has_own_mro(Py_TYPE(type)) ||
        !shape_same_metaclass(&PyType_Type, Py_TYPE(type)) ||
        shape_builtin_base(best) != shape_builtin_base((PyTypeObject *)type))
        return 0;
    PY_AUTO PyObject *base = stand_in(best);
    PY_AUTO PyObject *new = base ? made_like(type, (PyTypeObject *)base) : NULL;
    if (!new)
        return PyErr_Occurred() ? -1 : 0;
    if (PyList_Append(p->made, new) < 0 || pair_as(p, type, new, FATE_SWITCH) < 0)
        return -1;
    return ptrlist_add(&p->remade, type, new) < 0 ? (PyErr_NoMemory(), -1) : 1;
}

static bool is_candidate(const struct plan *p, PyObject *type)
{
    return !ptrmap_has(&p->by_old, type) && !ptrmap_has(&p->by_new, type) && !is_removed(p, type) &&
           !ptrmap_has(&p->kept, type) && *word_at(type, TYPE_BASES);
}

/* A class of the set that was to stay itself, but whose new bases have another layout. */
static int settle_pairs(struct plan *p)
{
    int changed = 0;

    for (Py_ssize_t i = 0; i < p->pairs.count; i++) {
        PyObject *old = p->pairs.items[i].a, *new = p->pairs.items[i].b;
        if (p->fates[i] != FATE_MOVE || !is_class(old) || !is_class(new))
            continue;
        PY_AUTO PyObject *goal = surviving_bases(p, new);
        if (!goal)
            return -1;
        if (shape_allows_bases((PyTypeObject *)old, goal))
            continue;
        p->fates[i] = FATE_SWITCH;
        changed = 1;
    }
    return changed;
}

/* True if what the import made of the class goes: an old one survives in its place. */
static bool is_moved(const struct plan *p, PyObject *new)
{
    Py_ssize_t i = ptrmap_get(&p->by_new, new);
    return i >= 0 && p->fates[i] != FATE_SWITCH;
}

/* The bases of a class that survives itself, of those that the import made, survive themselves, too. */
static int switch_bases(struct plan *p, PyObject *type)
{
    PyObject *bases = *word_at(type, TYPE_BASES);
    int changed = 0;

    for (Py_ssize_t k = 0; k < PyTuple_Size(bases); k++) {
        Py_ssize_t i = ptrmap_get(&p->by_new, PyTuple_GetItem(bases, k));
        if (i < 0 || p->fates[i] != FATE_MOVE)
            continue;
        p->fates[i] = FATE_SWITCH;
        changed = 1;
    }
    return changed;
}

/* A class that the import made and that is to stay, but whose bases are to be old ones of another layout. */
static int settle_new(struct plan *p)
{
    int changed = 0;

    for (Py_ssize_t i = 0; i < p->types.count; i++) {
        PyObject *type = p->types.items[i].a;
        if (is_moved(p, type) || !*word_at(type, TYPE_BASES))
            continue;
        PY_AUTO PyObject *goal = surviving_bases(p, type);
        if (!goal)
            return -1;
        if (is_outgrown(p, type, goal))
            changed |= switch_bases(p, type);
    }
    return changed;
}

static int settle_others(struct plan *p)
{
    int changed = 0;

    for (Py_ssize_t i = 0; i < p->types.count; i++) {
        PyObject *type = p->types.items[i].a, *owner;
        if (!is_candidate(p, type))
            continue;
        PY_AUTO PyObject *goal = surviving_bases(p, type);
        int rc = !goal ? -1 : is_outgrown(p, type, goal) ? 1 : loses_slots(p, type, &owner);
        if (rc > 0)
            rc = remake(p, type, goal);
        if (rc < 0)
            return -1;
        changed |= rc;
    }
    return changed;
}

/* ---- descriptors of slots, of both kinds ---- */

static int pair_descriptors(struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(type_dict(old), &at, &key, &value)) {
        if (!shape_is_slot(value))
            continue;
        PyObject *other = PyUnicode_Check(key) ? type_own(new, key) : NULL;
        if (ptrmap_set(&p->handled, value, 1) < 0 || (other && Py_TYPE(other) == Py_TYPE(value) &&
                                                      pair_as(p, value, other, FATE_SWITCH) < 0))
            return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

int settle_layouts(struct plan *p)
{
    int pairs, slots, new, others;

    p->made = PyList_New(0);
    if (!p->made || ptrmap_set(&p->handled, p->made, 1) < 0)
        return -1;
    do {
        pairs = settle_pairs(p);
        slots = pairs < 0 ? -1 : settle_slots(p);
        new = slots < 0 ? -1 : settle_new(p);
        others = new < 0 ? -1 : pairs || slots || new ? 0 : settle_others(p);
        if (others < 0)
            return -1;
    } while (pairs || slots || new || others);
    for (Py_ssize_t i = 0, count = p->pairs.count; i < count; i++)
        if (p->fates[i] == FATE_SWITCH && is_class(p->pairs.items[i].a) &&
            PyType_Check(p->pairs.items[i].b) &&
            pair_descriptors(p, p->pairs.items[i].a, p->pairs.items[i].b) < 0)
            return -1;
    return 0;
}

/* ---- what gives way ---- */

/* Of these classes instances will be left, or other classes. */
static int note_in_use(struct ptrmap *in_use, PyObject *type)
{
    PyObject *mro = *word_at(type, TYPE_MRO);

    for (Py_ssize_t i = 0; mro && i < PyTuple_Size(mro); i++)
        if (ptrmap_set(in_use, PyTuple_GetItem(mro, i), 1) < 0)
            return -1;
    return 0;
}

static bool gives_way(const struct plan *p, PyObject *type)
{
    PyObject *goal = survivor(p, type);
    return goal != type || is_removed(p, type);
}

/* True for a class that stays, or of which there may be instances that the collector does not show. */
static bool counts(const struct plan *p, PyObject *type)
{
    return !gives_way(p, type) || !PyType_HasFeature((PyTypeObject *)type, Py_TPFLAGS_HAVE_GC);
}

int find_in_use(const struct plan *p, const struct ptrlist *hits, struct ptrmap *in_use)
{
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < hits->count; i++) {
        PyObject *o = hits->items[i].a, *type = (PyObject *)Py_TYPE(o);
        if (hits->items[i].b != type || is_replaced(p, o) || stood_is_ghost(&p->r->stood, o))
            continue;
        PyObject *goal = survivor(p, type);
        if (is_removed(p, type) || !PyType_Check(goal) ||
            !shape_equal((PyTypeObject *)type, (PyTypeObject *)goal))
            rc = note_in_use(in_use, type);
    }
    for (Py_ssize_t i = 0; rc == 0 && i < p->types.count; i++)
        if (counts(p, p->types.items[i].a))
            rc = note_in_use(in_use, p->types.items[i].a);
    return rc;
}

/* A class that another one replaces, and of which nothing is left, must not be found among the subclasses
 * of its bases for as long as the record keeps it for an undo. One of which something is left needs functions of its
 * own. */
int orphan_switched(struct plan *p, const struct ptrlist *hits)
{
    struct ptrmap in_use = {0};
    int rc = find_in_use(p, hits, &in_use);

    for (Py_ssize_t i = 0; rc == 0 && i < p->pairs.count; i++) {
        PyObject *old = p->pairs.items[i].a;
        if (p->fates[i] != FATE_SWITCH || !is_class(old))
            continue;
        if (!ptrmap_has(&in_use, old))
            rc = plan_orphan(p, old, false);
        else if (PyType_Check(p->pairs.items[i].b))
            rc = plan_stayed(p, old);
    }
    ptrmap_free(&in_use);
    return rc;
}
