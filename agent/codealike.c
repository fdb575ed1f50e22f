/* Numbers for the code of one group: see group_number(). What a code object consists of makes a key;
 * only code of one key need be compared. */
#include "codegroup.h"
#include "codes.h"
#include "codetree.h"

/* ---- keys ---- */

PyObject *code_parameters(PyObject *code)
{
    static const char *const counts[] = {"co_argcount", "co_kwonlyargcount", "co_posonlyargcount"};
    PY_AUTO PyObject *names = code_get(code, "co_varnames");
    PY_AUTO PyObject *key = PyTuple_New(4);
    Py_ssize_t n = 0;

    if (!names || !key)
        return NULL;
    for (int i = 0; i < 3; i++) {
        PyObject *count = code_get(code, counts[i]);
        if (!count || PyTuple_SetItem(key, i, count) < 0)
            return NULL;
        n += i == 2 ? 0 : PyLong_AsSsize_t(count); /* the positional-only ones are in co_argcount */
    }
    PyObject *taken = PyTuple_GetSlice(names, 0, n);
    return taken && PyTuple_SetItem(key, 3, taken) == 0 ? py_steal(&key) : NULL;
}

static PyObject *consts_key(PyObject *code, bool function);

/* The same for code that does the same. A class body may have its first line in its bytes. */
static PyObject *code_key(PyObject *code)
{
    bool function = code_is_function(code);
    PY_AUTO PyObject *bytes = function ? code_get(code, "co_code") : py_new(Py_None);
    PY_AUTO PyObject *names = code_get(code, "co_names");
    PY_AUTO PyObject *consts = consts_key(code, function);

    return bytes && names && consts ? PyTuple_Pack(3, bytes, names, consts) : NULL;
}

/* The same for constants that are the same: themselves, if no Python code asks for their hash. */
static PyObject *const_key(PyObject *o, bool function)
{
    PyTypeObject *type = Py_TYPE(o);

    if (type == &PyCode_Type)
        return code_key(o);
    if (type == &PyUnicode_Type || type == &PyBytes_Type || (type == &PyLong_Type && function))
        return py_new(o);
    if (type == &PyFloat_Type) /* a NaN equals nothing */
        return py_new(PyFloat_AsDouble(o) == PyFloat_AsDouble(o) ? o : Py_None);
    if (type == &PyTuple_Type) /* a frozenset may have become one */
        return PyLong_FromSsize_t(PyTuple_Size(o));
    return type == &PyFrozenSet_Type ? PyLong_FromSsize_t(PySet_Size(o)) : py_new(Py_None);
}

static PyObject *consts_key(PyObject *code, bool function)
{
    PY_AUTO PyObject *consts = code_get(code, "co_consts");
    PY_AUTO PyObject *key = consts ? PyTuple_New(PyTuple_Size(consts)) : NULL;

    for (Py_ssize_t i = 0; key && i < PyTuple_Size(consts); i++) {
        PyObject *part = const_key(PyTuple_GetItem(consts, i), function);
        if (!part || PyTuple_SetItem(key, i, part) < 0)
            return NULL;
    }
    return py_steal(&key);
}

/* ---- numbers ---- */

/* The first code of each number; those of one key are a chain. */
struct numbers {
    PyObject *by_key,
        *by_parameters; /* dicts: key -> the first of the chain; parameters -> number */
    struct {
        PyObject *code;
        Py_ssize_t next; /* or -1 */
    } * first;
    Py_ssize_t count;
};

/* What `dict` has for `key`, or -1, with an exception or without. */
static Py_ssize_t look_up(PyObject *dict, PyObject *key)
{
    PyObject *index = PyDict_GetItemWithError(dict, key);
    return index ? PyLong_AsSsize_t(index) : -1;
}

static int note(PyObject *dict, PyObject *key, Py_ssize_t number)
{
    PY_AUTO PyObject *value = PyLong_FromSsize_t(number);
    return value ? PyDict_SetItem(dict, key, value) : -1;
}

static int number_alike(struct numbers *n, struct item *item)
{
    PY_AUTO PyObject *key = code_key(item->code);
    Py_ssize_t head = key ? look_up(n->by_key, key) : -1;

    if (PyErr_Occurred())
        return -1;
    for (Py_ssize_t i = head; i >= 0; i = n->first[i].next) {
        int same = code_same(n->first[i].code, item->code);
        if (same < 0)
            return -1;
        item->alike = i;
        if (same)
            return 0;
    }
    item->alike = n->count++;
    n->first[item->alike].code = item->code;
    n->first[item->alike].next = head;
    return note(n->by_key, key, item->alike);
}

static int number_parameters(struct numbers *n, struct item *item)
{
    PY_AUTO PyObject *key = code_parameters(item->code);
    Py_ssize_t number = key ? look_up(n->by_parameters, key) : -1;

    if (PyErr_Occurred())
        return -1;
    item->parameters = number < 0 ? PyDict_Size(n->by_parameters) : number;
    return number < 0 ? note(n->by_parameters, key, item->parameters) : 0;
}

static int number_side(struct numbers *n, struct side *side, PyObject *shadowed)
{
    for (Py_ssize_t i = 0; i < side->count; i++) {
        struct item *item = &side->items[i];
        PY_AUTO PyObject *line = PyLong_FromLong(item->line);
        int hidden = !line ? -1 : shadowed ? PySet_Contains(shadowed, line) : 0;
        if (hidden < 0 || number_alike(n, item) < 0 || number_parameters(n, item) < 0)
            return -1;
        item->shadowed = hidden;
    }
    return 0;
}

/* Matching keeps these up to date only as long as it goes by them. */
static int count_alike(struct group *g, Py_ssize_t numbers)
{
    g->open_alike = PyMem_RawMalloc((size_t)numbers * sizeof(*g->open_alike));
    if (!g->open_alike)
        return PyErr_NoMemory(), -1;
    for (Py_ssize_t i = 0; i < numbers; i++)
        g->open_alike[i] = 0;
    for (Py_ssize_t i = 0; i < g->new.count; i++)
        g->open_alike[g->new.items[i].alike]++;
    return 0;
}

int group_number(struct group *g, PyObject *shadowed)
{
    PY_AUTO PyObject *by_key = PyDict_New();
    PY_AUTO PyObject *by_parameters = PyDict_New();
    struct numbers n = {.by_key = by_key, .by_parameters = by_parameters};

    if (!by_key || !by_parameters)
        return -1;
    n.first = PyMem_RawMalloc((size_t)(g->old.count + g->new.count) * sizeof(*n.first));
    if (!n.first)
        return PyErr_NoMemory(), -1;
    int rc = number_side(&n, &g->old, NULL) < 0 || number_side(&n, &g->new, shadowed) < 0
                 ? -1
                 : count_alike(g, n.count);
    PyMem_RawFree(n.first);
    return rc;
}
