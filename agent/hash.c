/* What becomes of hashes: a tuple that holds a class hashes by it, and so does whatever is keyed by the
 * tuple. Nothing here runs Python code: an object whose hash only Python code can tell is refused. */
#include "holders.h"
#include "iterators.h"
#include "layout.h"
#include "replace.h"
#include "obj.h"

bool hash_follows(PyObject *o)
{
    if (layout.tuple_hash >= 0 && PyTuple_Check(o) && number_at(o, layout.tuple_hash) == -1)
        return false; /* never hashed: nobody has it as a key */
    return PyTuple_Check(o) || PyObject_TypeCheck(o, &PyFrozenSet_Type) ||
           Py_TYPE(o) == &PyMethod_Type;
}

bool is_rekeyed(const struct plan *p, PyObject *o)
{
    return successor(p, o) != o || ptrmap_has(&p->rehashed, o);
}

static void *hash_slot(PyTypeObject *type)
{
    return *word_at(type, TYPE_HASH);
}

static bool is_quiet(PyObject *o)
{
    void *slot = hash_slot(Py_TYPE(o));
    PyTypeObject *const plain[] = {&PyBaseObject_Type, &PyUnicode_Type,  &PyLong_Type,
                                   &PyBytes_Type,      &PyFloat_Type,    &PyBool_Type,
                                   &PyType_Type,       &PyFunction_Type, &PyCode_Type};

    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        if (slot == hash_slot(plain[i]))
            return true;
    if (Py_TYPE(o) == &_PyWeakref_RefType)
        return is_quiet(*word_at(o, WEAKREF_OBJECT)); /* None if that is dead */
    return o == Py_None || Py_TYPE(o) == &PyTuple_Type || Py_TYPE(o) == &PyFrozenSet_Type ||
           Py_TYPE(o) == &PyMethod_Type;
}

/* The function that tells the object's hash, if it is one in Python; borrowed, or NULL. */
static PyObject *hash_function(PyObject *o)
{
    PY_AUTO PyObject *name = PyUnicode_InternFromString("__hash__");
    PyObject *mro = *word_at(Py_TYPE(o), TYPE_MRO), *found = NULL;

    for (Py_ssize_t i = 0; name && mro && !found && i < PyTuple_Size(mro); i++)
        found = type_own(PyTuple_GetItem(mro, i), name);
    return found && Py_TYPE(found) == &PyFunction_Type ? found : NULL;
}

/* A member of an Enum hashes as its name (enum.py, Enum.__hash__). New reference to that, or NULL. */
static PyObject *member_name(PyObject *o)
{
    PyTypeObject *base = loaded_type("enum", "Enum");
    PY_AUTO PyObject *name = PyUnicode_InternFromString("__hash__");

    if (!base || !name || !PyObject_TypeCheck(o, base) ||
        hash_function(o) != type_own((PyObject *)base, name))
        return NULL;
    PY_AUTO PyObject *attributes = PyObject_GenericGetDict(o, NULL);
    PyObject *found = attributes ? obj_item(attributes, "_name_") : NULL;
    return found && PyUnicode_CheckExact(found) ? py_new(found) : NULL;
}

bool has_plain_hash(PyObject *o)
{
    return is_quiet(o);
}

bool has_coded_hash(PyObject *o)
{
    return !is_quiet(o) && hash_function(o);
}

/* A class made anew inherits its hash only at the commit. */
static bool goal_is_quiet(const struct plan *p, PyObject *goal)
{
    PyTypeObject *type = Py_TYPE(goal);
    Py_ssize_t base;

    while (hash_slot(type) == hash_slot(&PyBaseObject_Type) &&
           (base = ptrmap_get(&p->new_base, type)) >= 0)
        type = (PyTypeObject *)(uintptr_t)base;
    return type == Py_TYPE(goal) ? is_quiet(goal)
                                 : hash_slot(type) == hash_slot(&PyBaseObject_Type);
}

/* True for what the new top level made, and what was there before stands for as it is. */
static bool is_kept(const struct plan *p, PyObject *o)
{
    Py_ssize_t i = ptrmap_get(&p->by_new, o);
    return i >= 0 && p->fates[i] == FATE_KEEP;
}

bool keeps_hash(struct plan *p, PyObject *o)
{
    return (is_replaced(p, o) || is_kept(p, o)) && !is_quiet(o) &&
           hash_carries(p, o, successor_or_self(p, o));
}

static PyObject *future_tuple(struct plan *p, PyObject *tuple)
{
    PY_AUTO PyObject *copy = PyTuple_New(PyTuple_Size(tuple));

    for (Py_ssize_t i = 0; copy && i < PyTuple_Size(tuple); i++) {
        PyObject *item = future_of(p, PyTuple_GetItem(tuple, i));
        if (!item)
            return NULL;
        PyTuple_SetItem(copy, i, item);
    }
    return py_steal(&copy);
}

struct futures {
    struct plan *p;
    PyObject *set;
    bool iterated;
};

static int add_future(PyObject *item, void *arg)
{
    struct futures *futures = arg;

    /* what is not defined any more goes, unless that would be in the way of an iterator: mend_set() */
    if (!successor(futures->p, item) && !(futures->iterated && !is_new(futures->p, item)))
        return 0;
    PY_AUTO PyObject *future = future_of(futures->p, item);
    return future ? PySet_Add(futures->set, future) : -1;
}

static PyObject *future_frozenset(struct plan *p, PyObject *set)
{
    PY_AUTO PyObject *items = PySet_New(NULL);
    struct futures futures = {p, items, is_iterated(p, set)};

    if (!items || each_referent(set, add_future, &futures) != 0)
        return NULL;
    return PyFrozenSet_New(items);
}

/* It hashes by the address of its instance. */
static PyObject *future_method(struct plan *p, PyObject *method)
{
    PY_AUTO PyObject *function = future_of(p, PyMethod_Function(method));
    PyObject *self = successor(p, PyMethod_Self(method));
    return function && self ? PyMethod_New(function, self) : NULL;
}

static PyObject *future_reference(struct plan *p, PyObject *ref)
{
    PY_AUTO PyObject *goal = future_of(p, *word_at(ref, WEAKREF_OBJECT));
    return goal ? PyWeakref_NewRef(goal, NULL) : NULL;
}

PyObject *future_of(struct plan *p, PyObject *o)
{
    PyObject *goal = successor(p, o);

    if (!goal)
        goal = o;
    if (ptrmap_has(&p->rehashed, o)) {
        if (PyTuple_Check(o) && hash_slot(Py_TYPE(o)) == hash_slot(&PyTuple_Type))
            return future_tuple(p, o);
        if (PyObject_TypeCheck(o, &PyFrozenSet_Type) &&
            hash_slot(Py_TYPE(o)) == hash_slot(&PyFrozenSet_Type))
            return future_frozenset(p, o);
        if (Py_TYPE(o) == &PyMethod_Type)
            return future_method(p, o);
        if (PyObject_TypeCheck(o, &_PyWeakref_RefType))
            return future_reference(p, o);
        return NULL;
    }
    if (keeps_hash(p, o) || PyErr_Occurred())
        return NULL;
    return goal_is_quiet(p, goal) ? py_new(goal) : member_name(goal);
}

/* ---- the hash that a tuple remembers, since 3.14 ---- */

static int plan_hash(struct plan *p, PyObject *tuple)
{
    Py_ssize_t was = number_at(tuple, layout.tuple_hash);
    PY_AUTO PyObject *future = future_of(p, tuple);

    if (!future && PyErr_Occurred())
        return -1;
    Py_ssize_t is = future ? PyObject_Hash(future) : -1;
    PY_AUTO PyObject *old = PyLong_FromUnsignedLongLong((size_t)was);
    PY_AUTO PyObject *new = PyLong_FromUnsignedLongLong((size_t)is);
    if (!old || !new)
        return -1;
    return was == is ? 0
                     : journal_add(&p->journal, J_NUMBER, tuple, NULL, layout.tuple_hash, old, new);
}

int plan_tuple_hashes(struct plan *p)
{
    struct ptrmap planned = {0}; /* an undo has some already */
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < p->journal.count; i++)
        if (p->journal.entries[i].kind == J_NUMBER)
            rc = ptrmap_set(&planned, p->journal.entries[i].owner, 1);
    for (size_t i = 0; rc == 0 && p->rehashed.mask && i <= p->rehashed.mask; i++) {
        PyObject *o = (PyObject *)(uintptr_t)p->rehashed.slots[i].key;
        if (o && layout.tuple_hash >= 0 && PyTuple_Check(o) && !ptrmap_has(&planned, o))
            rc = plan_hash(p, o);
    }
    ptrmap_free(&planned);
    return rc;
}
