/* A class in whose place another one comes, but of which instances or derived classes stay as they are. Its functions
 * survive in the new class and find that one in `__class__`: super() would refuse what is not of it. So the old class
 * gets functions of its own, with the same code, that find itself there. */
#include "layout.h"
#include "obj.h"
#include "plan.h"

/* What `o`, of the old class, is to be like: what moves into it, or itself. Borrowed. */
static PyObject *moved_into(const struct plan *p, PyObject *o)
{
    Py_ssize_t i = ptrmap_get(&p->by_old, o);
    bool moves = i >= 0 && p->fates[i] == FATE_MOVE && Py_TYPE(p->pairs.items[i].b) == Py_TYPE(o);

    return moves ? p->pairs.items[i].b : o;
}

/* As `f`, which is the old or the new one; NULL without an exception: it serves as it is. */
static PyObject *made_function(struct plan *p, PyObject *f, PyObject *home)
{
    PyObject *old = survivor(p, f);
    return is_function(old) ? function_of(p, moved_into(p, old), old, home) : NULL;
}

static PyObject *made_wrapper(struct plan *p, PyObject *o, PyObject *home)
{
    PY_AUTO PyObject *inside = PyObject_GetAttrString(o, "__func__");
    PY_AUTO PyObject *own = inside ? made_function(p, inside, home) : NULL;

    return own ? PyObject_CallFunctionObjArgs((PyObject *)Py_TYPE(o), own, NULL) : NULL;
}

/* One of the functions of a property, new reference. */
static PyObject *accessor(struct plan *p, PyObject *o, const char *name, PyObject *home, bool *own)
{
    PY_AUTO PyObject *f = PyObject_GetAttrString(o, name);
    PyObject *made = f ? made_function(p, f, home) : NULL;

    *own = *own || made;
    return made || PyErr_Occurred() ? made : py_new(survivor(p, f));
}

static PyObject *made_property(struct plan *p, PyObject *o, PyObject *home)
{
    bool own = false;
    PY_AUTO PyObject *get = accessor(p, o, "fget", home, &own);
    PY_AUTO PyObject *set = get ? accessor(p, o, "fset", home, &own) : NULL;
    PY_AUTO PyObject *delete = set ? accessor(p, o, "fdel", home, &own) : NULL;
    PY_AUTO PyObject *doc = delete ? PyObject_GetAttrString(o, "__doc__") : NULL;

    return doc && own ? PyObject_CallFunctionObjArgs((PyObject *)&PyProperty_Type, get, set, delete,
                                                     doc, NULL)
                      : NULL;
}

/* New reference; NULL without an exception: `o` serves as it is. */
static PyObject *made_own(struct plan *p, PyObject *o, PyObject *home)
{
    PyObject *like = moved_into(p, o);

    if (is_function(o))
        return made_function(p, o, home);
    if (Py_TYPE(o) == &PyProperty_Type)
        return made_property(p, like, home);
    if (Py_TYPE(o) == &PyClassMethod_Type || Py_TYPE(o) == &PyStaticMethod_Type)
        return made_wrapper(p, like, home);
    return NULL;
}

/* Where something else was to come there, that goes: an undo finds one entry for the place. */
static int put(struct plan *p, PyObject *type, PyObject *key, PyObject *was, PyObject *own)
{
    for (Py_ssize_t i = 0; i < p->journal.count; i++) {
        struct entry *e = &p->journal.entries[i];
        if (e->kind != J_TYPEATTR || e->owner != type || e->key != key || e->noted)
            continue;
        PyObject *other = e->new;
        e->new = py_new(own);
        Py_DecRef(other);
        return 0;
    }
    return journal_add(&p->journal, J_TYPEATTR, type, key, 0, was, own);
}

int plan_stayed(struct plan *p, PyObject *old)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(type_dict(old), &at, &key, &value)) {
        PY_AUTO PyObject *own = PyUnicode_Check(key) ? made_own(p, value, old) : NULL;
        if ((!own && PyErr_Occurred()) || (own && put(p, old, key, value, own) < 0))
            return -1;
    }
    return 0;
}
