/* What other modules have put on a class of the set: a new process would have it too, since their setup code
 * would do it again, so it is not the new source's to take away.
 *
 * The old source is not at hand, and what it made of modules that it imports looks the same: `size =
 * property(other.size)` in the class body, a decorator, a metaclass. So only that counts as put there which
 * the old module could hardly have made: it came after the class was made, and its functions (or the class
 * of a descriptor that has none) are from a module of which neither the old one nor a base or metaclass knows
 * anything. */
#include "layout.h"
#include "plan.h"
#include "obj.h"

/* ---- modules, by their names ---- */

static const char *chars_of(PyObject *name)
{
    const char *chars = name && PyUnicode_Check(name) ? PyUnicode_AsUTF8AndSize(name, NULL) : NULL;

    PyErr_Clear();
    return chars;
}

/* True if `name` is `package`, or in it. */
static bool is_in(const char *name, const char *package)
{
    for (; *package && *name == *package; name++, package++)
        ;
    return !*package && (!*name || *name == '.');
}

/* True if both are in one package, as far as the first dot goes. */
static bool is_related(const char *a, const char *b)
{
    for (; *a && *a != '.' && *a == *b; a++, b++)
        ;
    return (!*a || *a == '.') && (!*b || *b == '.');
}

/* The module in which a module, function or class, or the class of something else, was defined, or NULL. */
static const char *origin_of(PyObject *o)
{
    if (is_function(o))
        return chars_of(obj_item(*word_at(o, layout.function.globals), "__name__"));
    if (PyObject_TypeCheck(o, &PyModule_Type))
        return chars_of(obj_global(o, "__name__")); /* it need not have a dict */
    PyObject *type = PyType_Check(o) ? o : (PyObject *)Py_TYPE(o);
    return is_class(type) ? chars_of(obj_item(type_dict(type), "__module__")) : NULL;
}

/* ---- what a class's module knows ---- */

struct home {
    const struct plan *p;
    PyObject *type;
    const char *name;    /* of the module that defines it */
    PyObject *namespace; /* the old one */
};

/* Sees of `o` that the home knows the module `name`. A package is known by any part of it, other than the
 * home's own: there it takes that very module, or one that is in it or that it is in. */
static bool tells_of(const struct home *h, PyObject *o, const char *name)
{
    const char *origin = origin_of(o);

    if (!origin)
        return false;
    if (!is_related(name, h->name))
        return is_related(name, origin);
    return is_in(name, origin) || is_in(origin, name);
}

static bool bases_tell(const struct home *h, PyObject *type, const char *name)
{
    PyObject *mro = *word_at(type, TYPE_MRO);

    for (Py_ssize_t i = 0; mro && i < PyTuple_Size(mro); i++)
        if (tells_of(h, PyTuple_GetItem(mro, i), name))
            return true;
    return false;
}

static bool knows(const struct home *h, const char *name)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    if (bases_tell(h, h->type, name) || bases_tell(h, (PyObject *)Py_TYPE(h->type), name))
        return true;
    while (PyDict_Next(h->namespace, &at, &key, &value))
        if (tells_of(h, value, name))
            return true;
    return false;
}

/* False if no reimported module defines the class. */
static bool find_home(struct home *h)
{
    PyObject *name = obj_item(type_dict(h->type), "__module__");

    h->name = chars_of(name);
    for (Py_ssize_t i = 0; h->name && i < h->p->r->count; i++)
        if (PyUnicode_Compare(h->p->r->units[i].name, name) == 0) {
            h->namespace = unit_old_dict(&h->p->r->units[i]);
            return true;
        }
    return false;
}

/* ---- the attribute ---- */

/* True if it was there when the class was made: the interpreter puts some behind what the class body bound. */
static bool came_with(PyObject *type, PyObject *name)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    bool seen = false;

    while (PyDict_Next(type_dict(type), &at, &key, &value)) {
        seen = seen || key == name;
        if (seen && key != name &&
            (obj_is(key, "__dict__") || obj_is(key, "__weakref__") ||
             obj_is(key, "__static_attributes__") || (obj_is(key, "__doc__") && value == Py_None)))
            return true;
    }
    return false;
}

static bool is_descriptor(PyObject *o)
{
    return is_class((PyObject *)Py_TYPE(o)) && *word_at(Py_TYPE(o), TYPE_DESCR_GET);
}

/* What is found in a wrapper or in a descriptor. */
struct content {
    const struct home *home;
    int depth;
    bool known,
        strange; /* functions of modules that the home knows, is or may be; and that it does not */
};

static int visit_content(PyObject *o, void *arg)
{
    struct content *c = arg;
    int rc = 0;

    if (is_function(o)) {
        const char *origin = origin_of(o);
        bool strange = !is_own(c->home->p, o) && origin && !knows(c->home, origin);
        c->strange = c->strange || strange;
        c->known = c->known || !strange;
    } else if (c->depth > 0 && (is_wrapper(o) || Py_TYPE(o) == &PyDict_Type)) {
        c->depth--;
        rc = is_wrapper(o) ? each_wrapped(o, visit_content, c) : each_referent(o, visit_content, c);
        c->depth++;
    }
    return rc;
}

static bool is_strange(const struct home *h, PyObject *value)
{
    struct content c = {.home = h, .depth = 3};

    if (is_wrapper(value))
        visit_content(value, &c);
    else
        each_referent(value, visit_content, &c);
    if (c.known || c.strange || is_wrapper(value))
        return !c.known && c.strange;
    const char *origin = origin_of(value);
    return origin && !is_own(h->p, (PyObject *)Py_TYPE(value)) && !knows(h, origin);
}

/* True if the program may have put that on the class: what collections, typing, dataclasses and functools have
 * made for it while it was defined belongs to that class alone, and is often named like this. */
static bool is_carried(const struct plan *p, PyObject *type, PyObject *name, PyObject *value)
{
    struct home h = {.p = p, .type = type};
    const char *chars = chars_of(name);
    struct content c = {.home = &h, .depth = 3};

    if (!chars || chars[0] == '_' || came_with(type, name) || !find_home(&h))
        return false;
    if (!is_function(value))
        return is_put_by_others(p, type, name, value);
    visit_content(value, &c);
    return c.strange;
}

bool is_put_by_others(const struct plan *p, PyObject *type, PyObject *name, PyObject *value)
{
    struct home h = {.p = p, .type = type};

    if (is_function(value))
        return !is_own(p, value);
    if (!is_wrapper(value) && !is_descriptor(value))
        return false;
    return !came_with(type, name) && find_home(&h) && is_strange(&h, value);
}

/* ---- a class in whose place another one comes ---- */

static int carry_attributes(struct plan *p, PyObject *old, PyObject *new)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(type_dict(old), &at, &key, &value))
        if (PyUnicode_Check(key) && !type_own(new, key) && is_carried(p, old, key, value) &&
            journal_add_lasting(&p->journal, J_TYPEATTR, new, key, 0, NULL, survivor(p, value)) < 0)
            return -1;
    return PyErr_Occurred() ? -1 : 0;
}

int plan_carried_attributes(struct plan *p)
{
    for (Py_ssize_t i = 0; i < p->pairs.count; i++) {
        PyObject *old = p->pairs.items[i].a, *new = p->pairs.items[i].b;
        if (p->fates[i] == FATE_SWITCH && is_class(old) && is_class(new) && !is_remade(p, old) &&
            carry_attributes(p, old, new) < 0)
            return -1;
    }
    return 0;
}
