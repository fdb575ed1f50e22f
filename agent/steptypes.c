/* Changes of classes. See steps.h. */
#include "holders.h"
#include "layout.h"
#include "maker.h"
#include "plan.h"
#include "shape.h"
#include "steps.h"

typedef int (*setattro)(PyObject *, PyObject *, PyObject *);

PyObject *type_dict(PyObject *type)
{
    if (py.p_PyType_GetDict && !PyType_HasFeature((PyTypeObject *)type, Py_TPFLAGS_HEAPTYPE)) {
        PyObject *dict = PyType_GetDict((PyTypeObject *)type);
        Py_DecRef(dict); /* the type keeps it */
        return dict;
    }
    return *word_at(type, TYPE_DICT);
}

bool type_named(PyTypeObject *type, const char *name)
{
    const char *own = *(const char **)word_at(type, TYPE_NAME);

    for (; *own && *own == *name; own++, name++)
        ;
    return *own == *name;
}

size_t type_match(PyTypeObject *type)
{
    return (size_t)number_at(type, TYPE_FLAGS) & TPFLAGS_MATCH;
}

PyObject *type_own(PyObject *type, PyObject *name)
{
    PyObject *dict = type_dict(type);
    return dict ? PyDict_GetItemWithError(dict, name) : NULL;
}

/* The names that `type` computes and whose setters put the value into the class's own dict. That of
 * __module__ does, too, but drops __firstlineno__ since 3.14 (Objects/typeobject.c, type_set_module). */
static bool is_stored(PyObject *name)
{
    static const char *const names[] = {"__doc__", "__abstractmethods__", "__annotations__",
                                        "__type_params__"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (PyUnicode_CompareWithASCIIString(name, names[i]) == 0)
            return true;
    return false;
}

/* A data descriptor on the metaclass would take the assignment for itself, and may run code: so would
 * type's own, for a class whose body defines __class__ or __name__. */
static bool metaclass_intercepts(PyObject *type, PyObject *name)
{
    PyObject *found = _PyType_Lookup(Py_TYPE(type), name);
    bool data = found && *word_at(Py_TYPE(found), TYPE_DESCR_SET);

    return data && !(is_stored(name) && found == type_own((PyObject *)&PyType_Type, name));
}

static int put_type_attribute(struct entry *e, PyObject *value)
{
    if (e->index != J_COMPUTED && metaclass_intercepts(e->owner, e->key)) {
        PyObject *dict = type_dict(e->owner);
        int rc = value ? PyDict_SetItem(dict, e->key, value) : PyDict_DelItem(dict, e->key);
        PyType_Modified((PyTypeObject *)e->owner);
        return rc;
    }
    setattro set = *(setattro *)word_at(&PyType_Type, TYPE_SETATTRO);
    return set(e->owner, e->key, value);
}

int step_type_attribute(struct entry *e, PyObject *expected, PyObject *value)
{
    PyObject *now = type_own(e->owner, e->key);
    struct ptrlist makers = {0};

    if (PyErr_Occurred())
        return -1;
    if (now == value)
        return 0;
    (void)expected; /* a class attribute may have been set since by the program: the plan wins */
    int rc = maker_find(e->owner, e->key, &makers);
    if (rc == 0 && (rc = put_type_attribute(e, value)) == 0)
        maker_settle(&makers);
    ptrlist_free(&makers);
    return rc;
}

/* CPython refuses to move a class between bases whose deallocators differ, from `object` to anything
 * else above all (Objects/typeobject.c, compatible_for_assignment; bpo-672115), although a class that
 * Python code made has a deallocator of its own. It compares the present tp_base with the new one: so
 * let it find the new one there. cls.c has checked that the layouts agree. */
static int assign_bases(PyObject *type, PyObject *name, PyObject *value)
{
    setattro set = *(setattro *)word_at(&PyType_Type, TYPE_SETATTRO);
    PyObject **base = word_at(type, TYPE_BASE);
    PyObject *before = *base;

    *base = py_new((PyObject *)shape_best_base(value));
    if (set(type, name, value) == 0) {
        Py_DecRef(before);
        return 0;
    }
    if (!PyErr_Occurred())
        PyErr_NoMemory();
    if (*word_at(type, TYPE_BASES) == value) {
        Py_DecRef(before);
    } else {
        Py_DecRef(*base);
        *base = before;
    }
    return -1;
}

/* Where there is no memory for a base's list of subclasses, CPython fails, but leaves the new bases
 * (Objects/typeobject.c, type_set_bases: add_all_subclasses). */
static void insist_on_bases(PyObject *type, PyObject *name, PyObject *bases)
{
    PyObject *kind, *value, *tb;

    PyErr_Fetch(&kind, &value, &tb);
    for (int i = 0; i < STEP_TRIES_MAX && assign_bases(type, name, bases) < 0; i++)
        step_wait(i);
    PyErr_Restore(kind, value, tb);
}

/* Of a class with a metaclass CPython compares layouts as its present bases have them, and refuses any other
 * (Objects/typeobject.c, mro_check): while bases are assigned, these and what derives from them are classes of
 * `type`, but for those whose metaclass has an mro() of its own. */
static void hide_metaclasses(struct ptrlist *types)
{
    for (Py_ssize_t i = 0; i < types->count; i++) {
        PyObject *type = types->items[i].a;
        types->items[i].b = (PyObject *)Py_TYPE(type);
        if (PyType_HasFeature(Py_TYPE(type), Py_TPFLAGS_HEAPTYPE) && !has_own_mro(Py_TYPE(type)))
            *word_at(type, 8) = (PyObject *)&PyType_Type;
    }
    PyErr_Clear(); /* without memory to tell, it has one */
}

static void show_metaclasses(const struct ptrlist *types)
{
    for (Py_ssize_t i = 0; i < types->count; i++)
        *word_at(types->items[i].a, 8) = types->items[i].b;
}

int step_bases(struct entry *e, PyObject *expected, PyObject *value)
{
    PY_AUTO PyObject *name = PyUnicode_InternFromString("__bases__");
    struct ptrlist makers = {0};
    int rc = name ? maker_find(e->owner, NULL, &makers) : -1;

    if (rc == 0) {
        hide_metaclasses(&makers);
        if ((rc = assign_bases(e->owner, name, value)) < 0 &&
            *word_at(e->owner, TYPE_BASES) == value)
            insist_on_bases(e->owner, name, expected);
        show_metaclasses(&makers);
    }
    maker_settle(&makers);
    ptrlist_free(&makers);
    return rc;
}

int step_class(struct entry *e, PyObject *expected, PyObject *value)
{
    if ((PyObject *)Py_TYPE(e->owner) != expected)
        return step_changed_meanwhile();
    PY_AUTO PyObject *name = PyUnicode_InternFromString("__class__");
    /* object's own setter: a class may define __setattr__ or a __class__ property */
    PyObject *descriptor = name ? type_own((PyObject *)&PyBaseObject_Type, name) : NULL;
    if (!descriptor)
        return -1;
    typedef int (*descr_set)(PyObject *, PyObject *, PyObject *);
    descr_set set = *(descr_set *)word_at(Py_TYPE(descriptor), TYPE_DESCR_SET);
    /* CPython wants the two to lay out instances alike as seen from a common base
     * (compatible_for_assignment), and the bases may be changing too. The plan has compared the layouts
     * themselves: while it looks, the one is the other's base. */
    PyObject **base = word_at(expected, TYPE_BASE), *before = *base;
    *base = value;
    int rc = set(descriptor, e->owner, value);
    *base = before;
    return rc;
}

/* A class made by Python code owns a reference to its class; `type` itself counts none. */
int step_metaclass(struct entry *e, PyObject *expected, PyObject *value)
{
    if ((PyObject *)Py_TYPE(e->owner) != expected)
        return step_changed_meanwhile();
    if (PyType_HasFeature((PyTypeObject *)value, Py_TPFLAGS_HEAPTYPE))
        Py_IncRef(value);
    *word_at(e->owner, 8) = value;
    if (PyType_HasFeature((PyTypeObject *)expected, Py_TPFLAGS_HEAPTYPE))
        Py_DecRef(expected); /* the entry holds another reference */
    PyType_Modified((PyTypeObject *)e->owner);
    return 0;
}

int step_tell_modified(struct entry *e, PyObject *expected, PyObject *value)
{
    (void)expected;
    (void)value;
    PyType_Modified((PyTypeObject *)e->owner);
    return 0;
}

/* The other flags are the interpreter's, which may change any of them meanwhile. */
int step_match(struct entry *e, PyObject *expected, PyObject *value)
{
    size_t *flags = (size_t *)word_at(e->owner, TYPE_FLAGS);
    size_t is = PyLong_AsUnsignedLongLong(value);

    (void)expected; /* the bases, which have changed by now, are what matters */
    *flags = (*flags & ~TPFLAGS_MATCH) | (is & TPFLAGS_MATCH);
    return 0;
}
