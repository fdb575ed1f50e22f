/* Whether a hash that a method written in Python tells stays as it is when another instance takes the place
 * of one. It cannot be asked: no Python code runs while the plan is made. So its code is read: it may use what the
 * instance holds, if that is the same in the other one, and a few functions that tell the same of the same;
 * id(), type(), super() or a global function may tell the two apart. What cannot be read so, does not stay. */
#include "holders.h"
#include "layout.h"
#include "obj.h"
#include "replace.h"
#include "rt.h"
#include "shape.h"

enum { DEPTH = 8, BUDGET = 256 };

/* One answer, which may look at so many values at most. */
struct walk {
    struct plan *p;
    int budget;
};

struct look {
    struct walk *w;
    struct plan *p;
    PyObject *from, *to;
    int depth; /* how much deeper it may go */
};

/* ---- values ---- */

static bool carries(struct walk *w, PyObject *from, PyObject *to, int depth);

static bool stays(struct walk *w, PyObject *a, PyObject *b, int depth);

/* Whatever code finds out about `o` from what it holds, it finds out afterwards. */
static bool parts_stay(struct walk *w, PyObject *o, int depth)
{
    struct ptrlist parts = {0};
    int rc = depth > 0 ? parts_of(o, &parts) : 1;
    bool same = rc == 0;

    if (rc < 0)
        PyErr_NoMemory();
    for (Py_ssize_t i = 0; same && i < parts.count; i++) {
        PyObject *part = parts.items[i].a;
        same =
            part == (PyObject *)Py_TYPE(o) || stays(w, part, next_in_place(w->p, part), depth - 1);
    }
    ptrlist_free(&parts);
    return same;
}

static bool items_stay(struct walk *w, PyObject *a, PyObject *b, int depth)
{
    bool same = depth > 0 && PyTuple_Size(a) == PyTuple_Size(b);

    for (Py_ssize_t i = 0; same && i < PyTuple_Size(a); i++)
        same = stays(w, PyTuple_GetItem(a, i), PyTuple_GetItem(b, i), depth - 1);
    return same;
}

/* True if `b`, which is where `a` was, hashes the same, and all that is reached through it. */
static bool stays(struct walk *w, PyObject *a, PyObject *b, int depth)
{
    PyTypeObject *type = Py_TYPE(a);

    if (!b || w->budget-- <= 0)
        return false;
    if (a != b && is_replaced(w->p, a) && b == next_in_place(w->p, a))
        return depth > 0 && carries(w, a, b, depth - 1) && parts_stay(w, a, depth);
    if (a != b && type == &PyTuple_Type && Py_TYPE(b) == type)
        return items_stay(w, a, b, depth);
    if (a != b)
        return is_scalar(a) && value_same(a, b) == 1 && PyObject_Hash(a) == PyObject_Hash(b);
    if (PyObject_TypeCheck(a, &_PyWeakref_RefType)) {
        PyObject *goal = *word_at(a, WEAKREF_OBJECT);
        return depth > 0 && stays(w, goal, next_in_place(w->p, goal), depth - 1);
    }
    return !PyType_HasFeature(type, Py_TPFLAGS_HAVE_GC) || PyType_Check(a) || is_function(a) ||
           PyObject_TypeCheck(a, &PyModule_Type) || parts_stay(w, a, depth);
}

/* ---- what a class has ---- */

/* What instances of the other class have of that name after the commit: until then it may lack its bases. */
static PyObject *find_next(const struct look *l, PyObject *name, PyObject *home)
{
    PyTypeObject *type = Py_TYPE(l->to);
    PyObject *other, *found = class_value(type, name, &other);

    if (found || !ptrmap_has(&l->p->new_base, type))
        return found;
    other = next_in_place(l->p, home);
    return other && PyType_Check(other) ? type_own(other, name) : NULL;
}

/* Its code after the commit; borrowed. */
static PyObject *code_next(const struct plan *p, PyObject *function)
{
    Py_ssize_t i = ptrmap_get(&p->by_old, function);

    if (i >= 0 && p->fates[i] == FATE_MOVE && is_function(p->pairs.items[i].b))
        function = p->pairs.items[i].b;
    return *word_at(function, layout.function.code);
}

/* Compared once: many instances have the same methods. */
static bool same_code(struct plan *p, PyObject *function, PyObject *other)
{
    PyObject *was = *word_at(function, layout.function.code), *is = code_next(p, other);
    Py_ssize_t known = ptrmap_get(&p->same_code, was);

    if (was == is)
        return true;
    if (known >> 1 == (Py_ssize_t)((uintptr_t)is >> 1))
        return known & 1;
    int same = code_same(was, is);
    return same >= 0 && ptrmap_set(&p->same_code, was, (Py_ssize_t)((uintptr_t)is | same)) == 0 &&
           same == 1;
}

/* ---- the code ---- */

static bool has_name(PyObject *names, const char *name)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(names); i++)
        if (obj_is(PyTuple_GetItem(names, i), name))
            return true;
    return false;
}

static bool same_class_name(const struct look *l)
{
    return strcmp(*(const char **)word_at(Py_TYPE(l->from), TYPE_NAME),
                  *(const char **)word_at(Py_TYPE(l->to), TYPE_NAME)) == 0;
}

static bool is_among(PyObject *name, const char *const *words)
{
    while (*words && !obj_is(name, *words))
        words++;
    return *words;
}

/* Built-in, and telling the same of the same; of a class, what it is called. */
static bool is_harmless(const struct look *l, PyObject *globals, PyObject *names, PyObject *name)
{
    static const char *const plain[] = {"hash", "tuple", "frozenset", "int",  "float",
                                        "bool", "bytes", "len",       "type", NULL};
    static const char *const of_class[] = {"type", "__class__", "__name__", "__qualname__", NULL};
    static const char *const called[] = {"__class__", "__name__", "__qualname__", NULL};

    if (is_among(name, of_class) &&
        !((has_name(names, "__name__") || has_name(names, "__qualname__")) && same_class_name(l)))
        return false;
    return is_among(name, called) ||
           (is_among(name, plain) && !PyDict_GetItemWithError(globals, name));
}

/* A replaced one's values move; what gives way to one that was there has its own. */
static bool moves_values(const struct look *l)
{
    return l->from == l->to || is_replaced(l->p, l->from);
}

static bool own_stays(const struct look *l, PyObject *name, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(l->to);
    PyObject *home;

    if (moves_values(l))
        return stays(l->w, value, next_in_place(l->p, value), l->depth);
    return stays(l->w, value,
                 own_value(l->to, name, shape_slot(type, name), class_value(type, name, &home)),
                 l->depth);
}

static int take_getter(PyObject *o, void *arg)
{
    *(PyObject **)arg = o;
    return 1; /* the first is it, if there is one */
}

static PyObject *property_getter(PyObject *o)
{
    PyObject *function = NULL;

    if (Py_TYPE(o) == &PyProperty_Type)
        each_referent(o, take_getter, &function);
    return function && is_function(function) ? function : NULL;
}

static bool method_stays(const struct look *l, PyObject *function, PyObject *other);

/* What it has by its class: methods and properties are read as well. */
static bool attribute_stays(const struct look *l, PyObject *name, PyObject *value, PyObject *home)
{
    PyObject *other = find_next(l, name, home);

    if (!other)
        return false;
    if (Py_TYPE(value) == &PyProperty_Type)
        return Py_TYPE(other) == &PyProperty_Type &&
               method_stays(l, property_getter(value), property_getter(other));
    return is_function(value) ? method_stays(l, value, other) : stays(l->w, value, other, l->depth);
}

static bool name_stays(const struct look *l, PyObject *globals, PyObject *names, PyObject *name)
{
    Py_ssize_t slot = shape_slot(Py_TYPE(l->from), name);
    PyObject *home, *value, *found = slot < 0 ? class_value(Py_TYPE(l->from), name, &home) : NULL;

    if (found && Py_TYPE(found) == &PyProperty_Type)
        return attribute_stays(l, name, found, home);
    if ((value = own_value(l->from, name, slot, found)))
        return own_stays(l, name, value);
    if (PyErr_Occurred())
        return false;
    if (slot >= 0) /* empty */
        return moves_values(l);
    if (found)
        return is_quiet_attribute(found) && attribute_stays(l, name, found, home);
    return is_harmless(l, globals, names, name);
}

/* Of a generator or comprehension in it, too. */
static bool names_stay(const struct look *l, PyObject *globals, PyObject *code)
{
    PY_AUTO PyObject *names = code_get(code, "co_names");
    PY_AUTO PyObject *consts = code_get(code, "co_consts");
    bool same = names && consts;

    for (Py_ssize_t i = 0; same && i < PyTuple_Size(names); i++)
        same = name_stays(l, globals, names, PyTuple_GetItem(names, i));
    for (Py_ssize_t i = 0; same && i < PyTuple_Size(consts); i++) {
        PyObject *item = PyTuple_GetItem(consts, i);
        same = Py_TYPE(item) != &PyCode_Type || names_stay(l, globals, item);
    }
    return same;
}

/* A closure or a default could be anything: `__class__`, id. */
static bool is_bare(PyObject *function)
{
    return is_function(function) && !*word_at(function, layout.function.closure) &&
           !*word_at(function, layout.function.defaults) &&
           !*word_at(function, layout.function.kwdefaults);
}

static bool method_stays(const struct look *l, PyObject *function, PyObject *other)
{
    struct look deeper = *l;

    if (!function || !other || !is_bare(function) || !is_bare(other) || deeper.depth == 0)
        return false;
    deeper.depth--;
    return same_code(l->p, function, other) &&
           names_stay(&deeper, *word_at(function, layout.function.globals),
                      *word_at(function, layout.function.code));
}

static bool carries(struct walk *w, PyObject *from, PyObject *to, int depth)
{
    struct look l = {w, w->p, from, to, depth};
    PY_AUTO PyObject *name = PyUnicode_InternFromString("__hash__");
    PyObject *home, *found = name ? class_value(Py_TYPE(from), name, &home) : NULL;

    if (has_plain_hash(from)) /* by address */
        return false;
    return found && has_plain_lookup(Py_TYPE(from)) &&
           method_stays(&l, found, find_next(&l, name, home));
}

bool hash_carries(struct plan *p, PyObject *from, PyObject *to)
{
    struct walk walk = {p, BUDGET};
    return carries(&walk, from, to, DEPTH);
}
