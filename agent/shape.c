/* Layout of instances: see shape.h. */
#include "shape.h"
#include "journal.h"
#include "layout.h"

PyTypeObject *shape_base(PyTypeObject *type)
{
    return (PyTypeObject *)*word_at(type, TYPE_BASE);
}

static bool is_heap(PyTypeObject *type)
{
    return PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE);
}

/* True if instances of `type` have fields that those of its base have not, __dict__ and __weakref__
 * aside. */
static bool adds_fields(PyTypeObject *type, PyTypeObject *base)
{
    Py_ssize_t size = number_at(type, TYPE_BASICSIZE);
    Py_ssize_t base_size = number_at(base, TYPE_BASICSIZE);
    Py_ssize_t weak = number_at(type, TYPE_WEAKLISTOFFSET);
    Py_ssize_t dict = number_at(type, TYPE_DICTOFFSET);

    if (number_at(type, TYPE_ITEMSIZE) || number_at(base, TYPE_ITEMSIZE))
        return size != base_size ||
               number_at(type, TYPE_ITEMSIZE) != number_at(base, TYPE_ITEMSIZE);
    if (is_heap(type) && weak && !number_at(base, TYPE_WEAKLISTOFFSET) && weak + 8 == size)
        size -= 8;
    if (is_heap(type) && dict && !number_at(base, TYPE_DICTOFFSET) && dict + 8 == size)
        size -= 8;
    return size != base_size;
}

PyTypeObject *shape_solid_base(PyTypeObject *type)
{
    for (PyTypeObject *base; (base = shape_base(type)); type = base)
        if (adds_fields(type, base))
            return type;
    return type;
}

PyTypeObject *shape_best_base(PyObject *bases)
{
    PyTypeObject *best = NULL, *winner = NULL;

    for (Py_ssize_t i = 0; i < PyTuple_Size(bases); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GetItem(bases, i);
        if (!PyType_Check((PyObject *)base))
            return NULL;
        PyTypeObject *solid = shape_solid_base(base);
        if (!winner || (!PyType_IsSubtype(winner, solid) && PyType_IsSubtype(solid, winner))) {
            winner = solid;
            best = base;
        }
    }
    return best;
}

bool shape_bases_agree(PyTypeObject *best, PyObject *bases)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(bases); i++)
        if (!PyType_IsSubtype(shape_solid_base(best),
                              shape_solid_base((PyTypeObject *)PyTuple_GetItem(bases, i))))
            return false;
    return true;
}

PyTypeObject *shape_builtin_base(PyTypeObject *type)
{
    while (is_heap(type) && shape_base(type))
        type = shape_base(type);
    return type;
}

bool shape_is_slot(PyObject *descriptor)
{
    return Py_TYPE(descriptor) == &PyMemberDescr_Type || Py_TYPE(descriptor) == &PyGetSetDescr_Type;
}

bool shape_is_member(PyObject *o)
{
    return o && Py_TYPE(o) == &PyMemberDescr_Type;
}

/* PyMemberDef.offset; the descriptor's last word is the PyMemberDef's address. */
Py_ssize_t shape_slot_offset(PyObject *descriptor)
{
    return number_at(*word_at(descriptor, object_size(descriptor) - 8), 16);
}

/* The descriptor under which the class that has `type`'s memory knows a slot, or NULL. Borrowed. */
static PyObject *slot_named(PyTypeObject *type, PyObject *name)
{
    for (; type && is_heap(type); type = shape_base(type)) {
        PyObject *found = type_own((PyObject *)type, name);
        if (found && Py_TYPE(found) == &PyMemberDescr_Type)
            return found;
    }
    return NULL;
}

bool shape_holds(PyTypeObject *type, PyTypeObject *base)
{
    PyObject *key, *value;

    for (; base && is_heap(base); base = shape_base(base)) {
        Py_ssize_t at = 0;
        while (PyDict_Next(type_dict((PyObject *)base), &at, &key, &value)) {
            PyObject *own = Py_TYPE(value) == &PyMemberDescr_Type ? slot_named(type, key) : value;
            if (!own || (own != value && shape_slot_offset(own) != shape_slot_offset(value)))
                return false;
        }
    }
    return true;
}

#define LAYOUT_FLAGS (Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HEAPTYPE | (1ul << 3) | (1ul << 4))

bool shape_equal(PyTypeObject *a, PyTypeObject *b)
{
    return number_at(a, TYPE_BASICSIZE) == number_at(b, TYPE_BASICSIZE) &&
           number_at(a, TYPE_ITEMSIZE) == number_at(b, TYPE_ITEMSIZE) &&
           number_at(a, TYPE_DICTOFFSET) == number_at(b, TYPE_DICTOFFSET) &&
           number_at(a, TYPE_WEAKLISTOFFSET) == number_at(b, TYPE_WEAKLISTOFFSET) &&
           ((PyType_GetFlags(a) ^ PyType_GetFlags(b)) & LAYOUT_FLAGS) == 0 &&
           shape_builtin_base(a) == shape_builtin_base(b) && shape_holds(a, b) && shape_holds(b, a);
}

/* Every slot of `new` and of its bases that is in reach by its name is one of `old` too. */
static bool has_slots(PyTypeObject *old, PyTypeObject *new)
{
    PyObject *mro = *word_at(new, TYPE_MRO), *key, *value;

    for (Py_ssize_t i = 0; i < PyTuple_Size(mro); i++) {
        PyTypeObject *type = (PyTypeObject *)PyTuple_GetItem(mro, i);
        Py_ssize_t at = 0;
        if (!is_heap(type))
            continue;
        while (PyDict_Next(type_dict((PyObject *)type), &at, &key, &value)) {
            if (Py_TYPE(value) != &PyMemberDescr_Type || _PyType_Lookup(new, key) != value)
                continue;
            PyObject *other = _PyType_Lookup(old, key);
            if (!other || Py_TYPE(other) != &PyMemberDescr_Type)
                return false;
        }
    }
    return true;
}

static bool has_dict(PyTypeObject *type)
{
    return number_at(type, TYPE_DICTOFFSET) != 0;
}

static bool has_weak_list(PyTypeObject *type)
{
    return number_at(type, TYPE_WEAKLISTOFFSET) != 0;
}

bool shape_serves(PyTypeObject *old, PyTypeObject *new)
{
    return number_at(old, TYPE_ITEMSIZE) == number_at(new, TYPE_ITEMSIZE) &&
           shape_builtin_base(old) == shape_builtin_base(new) &&
           (has_weak_list(old) || !has_weak_list(new)) && (has_dict(old) || !has_dict(new)) &&
           (has_dict(old) || has_slots(old, new));
}

bool shape_serves_by_dict(PyTypeObject *old, PyTypeObject *new)
{
    return has_dict(old) && (!has_dict(new) || !has_slots(old, new));
}

bool shape_same_metaclass(PyTypeObject *a, PyTypeObject *b)
{
    return a == b || (number_at(a, TYPE_BASICSIZE) == number_at(b, TYPE_BASICSIZE) &&
                      number_at(a, TYPE_ITEMSIZE) == number_at(b, TYPE_ITEMSIZE) &&
                      number_at(a, TYPE_DICTOFFSET) == number_at(b, TYPE_DICTOFFSET));
}

bool shape_allows_bases(PyTypeObject *type, PyObject *bases)
{
    PyTypeObject *best = shape_best_base(bases);

    if (!best || shape_builtin_base(type) != shape_builtin_base(best) ||
        !shape_bases_agree(best, bases))
        return false;
    Py_ssize_t dict = number_at(best, TYPE_DICTOFFSET), weak = number_at(best, TYPE_WEAKLISTOFFSET);
    return number_at(best, TYPE_BASICSIZE) <= number_at(type, TYPE_BASICSIZE) &&
           number_at(best, TYPE_ITEMSIZE) == number_at(type, TYPE_ITEMSIZE) &&
           (!dict || dict == number_at(type, TYPE_DICTOFFSET)) &&
           (!weak || weak == number_at(type, TYPE_WEAKLISTOFFSET)) && shape_holds(type, best);
}

bool shape_is_open(PyTypeObject *type)
{
    for (; is_heap(type) && shape_base(type); type = shape_base(type))
        if (*word_at(type, TYPE_DEALLOC) != (PyObject *)(uintptr_t)layout.instance_dealloc)
            return false;
    return type == &PyBaseObject_Type;
}

Py_ssize_t shape_slot(PyTypeObject *type, PyObject *name)
{
    PyObject *slot = slot_named(type, name);
    return slot ? shape_slot_offset(slot) : -1;
}

int shape_each_slot(PyTypeObject *type, int (*visit)(PyObject *, Py_ssize_t, void *), void *arg)
{
    PyObject *key, *value;

    for (PyTypeObject *t = type; t && is_heap(t); t = shape_base(t)) {
        Py_ssize_t at = 0;
        while (PyDict_Next(type_dict((PyObject *)t), &at, &key, &value)) {
            if (Py_TYPE(value) != &PyMemberDescr_Type || slot_named(type, key) != value)
                continue;
            int rc = visit(key, shape_slot_offset(value), arg);
            if (rc)
                return rc;
        }
    }
    return 0;
}
