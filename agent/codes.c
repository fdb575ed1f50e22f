/* Comparing and matching code objects: see codes.h. */
#include "codes.h"
#include "codegroup.h"
#include "codetree.h"
#include "layout.h"

PyObject *code_get(PyObject *code, const char *name)
{
    return PyObject_GetAttrString(code, name);
}

static bool is_code(PyObject *o)
{
    return Py_TYPE(o) == &PyCode_Type;
}

static int const_same(PyObject *a, PyObject *b);
static int consts_same(PyObject *a, PyObject *b);

bool is_scalar(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);

    return type == &PyUnicode_Type || type == &PyBytes_Type || type == &PyLong_Type ||
           type == &PyFloat_Type || type == &PyBool_Type;
}

int value_same(PyObject *a, PyObject *b)
{
    int same = Py_TYPE(a) == Py_TYPE(b);

    if (a == b)
        return 1;
    if (same && is_scalar(a))
        return const_same(a, b);
    if (same && Py_TYPE(a) == &PyTuple_Type) {
        same = PyTuple_Size(a) == PyTuple_Size(b);
        for (Py_ssize_t i = 0; same == 1 && i < PyTuple_Size(a); i++)
            same = value_same(PyTuple_GetItem(a, i), PyTuple_GetItem(b, i));
    }
    return same;
}

/* The interpreter's own frozen modules have a tuple (3.11, 3.12) where the compiler makes a frozenset. */
static int frozen_same(PyObject *tuple, PyObject *set)
{
    int same = PyTuple_Size(tuple) == PySet_Size(set);

    for (Py_ssize_t i = 0; same == 1 && i < PyTuple_Size(tuple); i++)
        same = PySet_Contains(set, PyTuple_GetItem(tuple, i));
    return same;
}

/* 0.0 == -0.0, but they do not do the same; and a NaN is what it was. */
static bool float_same(PyObject *a, PyObject *b)
{
    union {
        double number;
        uint64_t bits;
    } x = {PyFloat_AsDouble(a)}, y = {PyFloat_AsDouble(b)};

    return x.bits == y.bits;
}

/* 1 == True == 1.0, but they are not the same constant. A complex number goes by its repr(), which
 * shows the sign of a zero. */
static int const_same(PyObject *a, PyObject *b)
{
    if (a == b)
        return 1;
    if (Py_TYPE(a) == &PyTuple_Type && Py_TYPE(b) == &PyFrozenSet_Type)
        return frozen_same(a, b);
    if (Py_TYPE(a) != Py_TYPE(b))
        return 0;
    if (is_code(a))
        return code_same(a, b);
    if (Py_TYPE(a) == &PyTuple_Type)
        return consts_same(a, b);
    if (Py_TYPE(a) == &PyFloat_Type)
        return float_same(a, b);
    if (Py_TYPE(a) == &PyUnicode_Type || Py_TYPE(a) == &PyBytes_Type ||
        Py_TYPE(a) == &PyLong_Type || Py_TYPE(a) == &PyFrozenSet_Type) /* its repr() has no order */
        return PyObject_RichCompareBool(a, b, Py_EQ);
    PY_AUTO PyObject *ra = PyObject_Repr(a);
    PY_AUTO PyObject *rb = PyObject_Repr(b);
    return ra && rb ? PyObject_RichCompareBool(ra, rb, Py_EQ) : -1;
}

static int consts_same(PyObject *a, PyObject *b)
{
    Py_ssize_t n = PyTuple_Size(a);
    int same = n == PyTuple_Size(b);

    for (Py_ssize_t i = 0; same == 1 && i < n; i++)
        same = const_same(PyTuple_GetItem(a, i), PyTuple_GetItem(b, i));
    return same;
}

/* ---- class bodies set __firstlineno__ (since 3.13), which is no difference either ---- */

static bool is_line(PyObject *constant, long line)
{
    long number = Py_TYPE(constant) == &PyLong_Type ? PyLong_AsLong(constant) : -1;

    if (number == -1)
        PyErr_Clear(); /* too big for a line */
    return number == line;
}

static int name_index(PyObject *names, const char *name)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(names) && i < 256; i++)
        if (PyUnicode_CompareWithASCIIString(PyTuple_GetItem(names, i), name) == 0)
            return (int)i;
    return -1;
}

/* Where the first line is loaded in `code`, co_code of a class body: between STORE_NAME `__qualname__`
 * and STORE_NAME `__firstlineno__`, which every body begins with. NULL if it does not. */
static const unsigned char *line_load(PyObject *code, PyObject *names)
{
    int before = name_index(names, "__qualname__"), after = name_index(names, "__firstlineno__");
    const unsigned char *units = (const unsigned char *)PyBytes_AsString(code);

    for (Py_ssize_t i = 0; before >= 0 && after >= 0 && i + 6 <= PyBytes_Size(code); i += 2)
        if (units[i + 1] == before && units[i + 5] == after && units[i] == units[i + 4])
            return units + i + 2;
    return NULL;
}

/* 1 if the two differ only in the constant that is the first line, and nothing else loads that one. */
static int moved_consts_same(PyObject *a, PyObject *b, long line_a, long line_b, PyObject *code,
                             const unsigned char *load)
{
    const unsigned char *units = (const unsigned char *)PyBytes_AsString(code);
    Py_ssize_t n = PyTuple_Size(a);
    int same = n == PyTuple_Size(b);

    for (Py_ssize_t i = 0; same == 1 && i < PyBytes_Size(code); i += 2)
        same = units + i == load || units[i] != load[0] || units[i + 1] != load[1];
    for (Py_ssize_t i = 0; same == 1 && i < n; i++) {
        PyObject *ca = PyTuple_GetItem(a, i), *cb = PyTuple_GetItem(b, i);
        same = i == load[1] ? is_line(ca, line_a) && is_line(cb, line_b) : const_same(ca, cb);
    }
    return same;
}

/* Since 3.14 a small number stands in the instruction itself: `load` in `a`. */
static int moved_code_same(PyObject *a, PyObject *b, long line_a, long line_b,
                           const unsigned char *load)
{
    const unsigned char *pa = (const unsigned char *)PyBytes_AsString(a);
    const unsigned char *pb = (const unsigned char *)PyBytes_AsString(b);
    Py_ssize_t n = PyBytes_Size(a), at = load + 1 - pa;
    bool same = n == PyBytes_Size(b) && load[1] == line_a && pb[at] == line_b;

    for (Py_ssize_t i = 0; same && i < n; i++)
        same = pa[i] == pb[i] || i == at;
    return same;
}

/* Whether two class bodies that differ, in their bytes or else in their constants, do so only by their
 * first lines. */
static int moved_same(PyObject *a, PyObject *b, bool same_code, bool same_consts)
{
    PY_AUTO PyObject *names = code_get(a, "co_names");
    PY_AUTO PyObject *code_a = code_get(a, "co_code");
    PY_AUTO PyObject *code_b = code_get(b, "co_code");
    PY_AUTO PyObject *consts_a = code_get(a, "co_consts");
    PY_AUTO PyObject *consts_b = code_get(b, "co_consts");
    long line_a = code_number(a, "co_firstlineno"), line_b = code_number(b, "co_firstlineno");

    if (PyErr_Occurred())
        return -1;
    const unsigned char *load = line_load(code_a, names);
    if (load && same_code)
        return moved_consts_same(consts_a, consts_b, line_a, line_b, code_a, load);
    return load && same_consts && layout.version >= 0x030e &&
           moved_code_same(code_a, code_b, line_a, line_b, load);
}

static int attribute_same(PyObject *a, PyObject *b, const char *name)
{
    PY_AUTO PyObject *va = code_get(a, name);
    PY_AUTO PyObject *vb = code_get(b, name);
    return va && vb ? const_same(va, vb) : -1;
}

static int bodies_same(PyObject *a, PyObject *b)
{
    bool class_body = layout.version >= 0x030d && !code_is_function(a);
    int code = attribute_same(a, b, "co_code");

    if (code < 0 || (code == 0 && !class_body))
        return code;
    int consts = attribute_same(a, b, "co_consts");
    if (consts < 0 || (code && consts) || !class_body)
        return consts;
    return moved_same(a, b, code, consts);
}

int code_same(PyObject *a, PyObject *b)
{
    static const char *const attributes[] = {
        "co_name",  "co_argcount",      "co_posonlyargcount", "co_kwonlyargcount",
        "co_flags", "co_varnames",      "co_freevars",        "co_cellvars",
        "co_names", "co_exceptiontable" /* since 3.11: what the bytes do is there in part */};
    size_t n = sizeof(attributes) / sizeof(attributes[0]) - (layout.version < 0x030b);

    if (a == b)
        return 1;
    for (size_t i = 0; i < n; i++) {
        int same = attribute_same(a, b, attributes[i]);
        if (same != 1)
            return same;
    }
    return bodies_same(a, b);
}

/* ---- matching ---- */

PyObject *codes_successor(const struct codes *codes, PyObject *old)
{
    Py_ssize_t i = ptrmap_get(&codes->by_old, old);
    return i < 0 ? NULL : codes->pairs.items[i].b;
}

void codes_free(struct codes *codes)
{
    ptrlist_free(&codes->pairs);
    ptrmap_free(&codes->by_old);
    ptrmap_free(&codes->unclear);
}

int codes_note(struct codes *codes, PyObject *old, PyObject *new)
{
    if (ptrmap_set(&codes->by_old, old, codes->pairs.count) < 0)
        return -1;
    if (ptrlist_add(&codes->pairs, old, new) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

const char *codes_unclear(const struct codes *codes, PyObject *old)
{
    return !codes_successor(codes, old) && ptrmap_has(&codes->unclear, old) ? match_ambiguous
                                                                            : NULL;
}

/* With what is nested in it, which live functions may have. */
static int mark_unclear(struct codes *codes, PyObject *code)
{
    PY_AUTO PyObject *consts = code_get(code, "co_consts");
    int rc = consts ? ptrmap_set(&codes->unclear, code, 1) : -1;

    for (Py_ssize_t i = 0; rc == 0 && i < PyTuple_Size(consts); i++)
        if (is_code(PyTuple_GetItem(consts, i)))
            rc = mark_unclear(codes, PyTuple_GetItem(consts, i));
    return rc;
}

/* Where new code is left over, too, the old may be one of it; else it is no longer there. */
static int mark_open(void *arg, const struct group *g)
{
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && g->new.open &&i < g->old.count; i++)
        if (g->old.items[i].code)
            rc = mark_unclear(arg, g->old.items[i].code);
    return rc;
}

static int pair_child(void *arg, PyObject *old, PyObject *new)
{
    return codes_pair(arg, old, new);
}

/* What is nested in `code` and has a successor already goes to `done`, the successor to `taken`. */
static int note_done(const struct codes *codes, PyObject *code, struct ptrmap *done,
                     struct ptrmap *taken)
{
    PY_AUTO PyObject *consts = code_get(code, "co_consts");

    for (Py_ssize_t i = 0; consts && i < PyTuple_Size(consts); i++) {
        PyObject *child = PyTuple_GetItem(consts, i);
        PyObject *successor = is_code(child) ? codes_successor(codes, child) : NULL;
        if (successor && (ptrmap_set(done, child, 1) < 0 || ptrmap_set(taken, successor, 1) < 0))
            return -1;
    }
    return consts ? 0 : -1;
}

static int match_children(struct codes *codes, PyObject *old, PyObject *new)
{
    const struct matching matching = {.pair = pair_child, .done = mark_open, .arg = codes};
    struct ptrmap done = {0}, taken = {0};
    int rc = note_done(codes, old, &done, &taken);

    if (rc == 0)
        rc = nested_match(&matching, old, new, &done, &taken);
    ptrmap_free(&done);
    ptrmap_free(&taken);
    return rc;
}

int codes_pair(struct codes *codes, PyObject *old, PyObject *new)
{
    if (old == new || codes_successor(codes, old))
        return 0;
    return codes_note(codes, old, new) < 0 ? -1 : match_children(codes, old, new);
}
