#include "stoodkinds.h"
#include "holders.h"
#include "layout.h"
#include "obj.h"
#include "plan.h"

static Py_ssize_t kind_of_type(const struct kinds *kinds, PyTypeObject *type)
{
    if (PyType_IsSubtype(type, &PyModule_Type))
        return IS_MODULE;
    if (type == &PyFunction_Type)
        return IS_SIMPLE | IS_FUNCTION;
    if (PyType_HasFeature(type, Py_TPFLAGS_TYPE_SUBCLASS))
        return IS_SIMPLE | IS_CLASS;
    if (ptrmap_has(&kinds->classes, type))
        return IS_SIMPLE | IS_CONTAINER;
    if (type == &PyUnicode_Type || type == &PyLong_Type || type == &PyBool_Type ||
        type == &PyFloat_Type || type == Py_TYPE(Py_None))
        return IS_SIMPLE;
    if (type == &PyTuple_Type || is_wrapper_type(type))
        return IS_MADE | IS_CONTAINER;
    if (type == &PyCFunction_Type || type == &_PyWeakref_RefType)
        return type == &PyCFunction_Type ? IS_BUILTIN : IS_REFERENCE;
    return PyType_HasFeature(type, Py_TPFLAGS_DICT_SUBCLASS | Py_TPFLAGS_LIST_SUBCLASS) ||
                   type == &PyCell_Type || type == &PyDictProxy_Type ||
                   *word_at(type, TYPE_TRAVERSE) == (PyObject *)layout.instance_traverse
               ? IS_CONTAINER
               : 0;
}

Py_ssize_t kind_of(struct kinds *kinds, PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);
    Py_ssize_t kind = ptrmap_get(&kinds->types, type);

    if (kind >= 0)
        return kind;
    kind = kind_of_type(kinds, type);
    return ptrmap_set(&kinds->types, type, kind) < 0 ? (PyErr_Clear(), 0) : kind;
}

static int find_ours(PyObject *o, void *arg)
{
    const struct kinds *kinds = arg;

    return ptrmap_has(&kinds->classes, Py_TYPE(o)) || ptrmap_has(&kinds->classes, o) ||
           (is_function(o) && ptrmap_has(kinds->namespaces, *word_at(o, layout.function.globals)));
}

/* What a method of a built-in object is bound to is not simple; what a function of a module is, is. */
static int find_bound(PyObject *o, void *arg)
{
    return !(kind_of(arg, o) & (IS_MODULE | IS_SIMPLE));
}

bool may_stand_again(struct kinds *kinds, PyObject *o)
{
    Py_ssize_t kind = kind_of(kinds, o);

    if (kind & IS_BUILTIN)
        return each_referent(o, find_bound, kinds) == 0;
    if (kind & IS_REFERENCE)
        return find_ours(*word_at(o, WEAKREF_OBJECT), kinds);
    return kind & IS_SIMPLE || (kind & IS_MADE && each_referent(o, find_ours, kinds) != 0);
}
