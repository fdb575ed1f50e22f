/* functools.lru_cache: results that replaced code computed are not answers of the new code. */
#include "layout.h"
#include "plan.h"
#include "obj.h"

PyTypeObject *loaded_type(const char *module_name, const char *name)
{
    PyObject *module = obj_item(PyImport_GetModuleDict(), module_name);

    if (!module || !PyObject_TypeCheck(module, &PyModule_Type))
        return NULL;
    PyObject *type = obj_item(PyModule_GetDict(module), name);
    return type && PyType_Check(type) ? (PyTypeObject *)type : NULL;
}

static bool is_old_module(const struct plan *p, PyObject *o)
{
    return PyObject_TypeCheck(o, &PyModule_Type) &&
           ptrmap_has(&p->old_globals, PyModule_GetDict(o));
}

/* 1 if the code, or code nested in it, uses a global name that stands for a reimported module or for
 * something defined in one. */
static int uses_units(const struct plan *p, PyObject *code, PyObject *globals)
{
    PY_AUTO PyObject *names = code_get(code, "co_names");
    PY_AUTO PyObject *consts = code_get(code, "co_consts");
    int uses = names && consts ? 0 : -1;

    for (Py_ssize_t i = 0; uses == 0 && i < PyTuple_Size(names); i++) {
        PyObject *value = PyDict_GetItemWithError(globals, PyTuple_GetItem(names, i));
        uses = value && (is_old_module(p, value) || is_own(p, value));
    }
    for (Py_ssize_t i = 0; uses == 0 && i < PyTuple_Size(consts); i++)
        if (Py_TYPE(PyTuple_GetItem(consts, i)) == &PyCode_Type)
            uses = uses_units(p, PyTuple_GetItem(consts, i), globals);
    return uses;
}

static int take_called(PyObject *o, void *arg)
{
    PyObject **found = arg;

    if (Py_TYPE(o) == &PyFunction_Type || is_wrapper(o))
        *found = o; /* what is called comes after the cached results */
    return 0;
}

enum { WRAPPED_MAX = 8 };

/* A cache may be around another one, or around a partial. */
static int is_stale(const struct plan *p, PyObject *cache)
{
    PyObject *called = cache;

    for (int i = 0; i < WRAPPED_MAX && is_wrapper(called); i++) {
        PyObject *inside = NULL;
        if (is_own(p, called))
            return 1;
        each_referent(called, take_called, &inside);
        if (!inside)
            return 0;
        called = inside;
    }
    return Py_TYPE(called) == &PyFunction_Type
               ? uses_units(p, *word_at(called, layout.function.code),
                            *word_at(called, layout.function.globals))
               : 0;
}

static int is_same(PyObject *o, void *sought)
{
    return o == sought;
}

bool spoil_cache(struct plan *p, PyObject *table)
{
    for (Py_ssize_t i = 0; i < p->caches.count; i++) {
        PyObject *cache = p->caches.items[i].a, **attributes = _PyObject_GetDictPtr(cache);
        if ((attributes && *attributes == table) || !each_referent(cache, is_same, table))
            continue;
        p->caches.items[i].b = cache;
        return true;
    }
    return false;
}

int caches_add(PyObject *caches, PyObject *cache)
{
    PY_AUTO PyObject *room = PyDict_New();

    return !room || PyList_Append(caches, cache) < 0 ? -1 : PyList_Append(caches, room);
}

PyObject *stale_caches(struct plan *p)
{
    PY_AUTO PyObject *stale = PyList_New(0);

    for (Py_ssize_t i = 0; stale && i < p->caches.count; i++) {
        int is = p->caches.items[i].b ? 1 : is_stale(p, p->caches.items[i].a);
        if (is < 0 || (is && caches_add(stale, p->caches.items[i].a) < 0))
            return NULL;
    }
    return py_steal(&stale);
}

/* A metaclass with a __getattribute__ of its own. */
static bool runs_code_for_attributes(PyObject *type)
{
    return *word_at(Py_TYPE(type), TYPE_GETATTRO) != *word_at(&PyType_Type, TYPE_GETATTRO);
}

int reset_abc_caches(const struct plan *p)
{
    PyObject *abc = obj_item(PyImport_GetModuleDict(), "_abc");
    PyObject *reset = abc && PyObject_TypeCheck(abc, &PyModule_Type)
                          ? obj_item(PyModule_GetDict(abc), "_reset_caches")
                          : NULL;
    PY_AUTO PyObject *name = PyUnicode_InternFromString("_abc_impl");

    if (!name)
        return -1;
    for (Py_ssize_t i = 0; reset && i < p->types.count; i++) {
        PyObject *type = p->types.items[i].a;
        if (!type_own(type, name) || runs_code_for_attributes(type))
            continue;
        PY_AUTO PyObject *done = PyObject_CallFunctionObjArgs(reset, type, NULL);
        if (!done && PyErr_ExceptionMatches(PyExc_SystemError))
            PyErr_NoMemory(); /* it overlooks that (Modules/_abc.c), which the interpreter then finds */
        if (!done)
            return -1;
    }
    return 0;
}

struct table {
    PyObject *attributes, *found;
};

/* It comes after the cached results. */
static int take_table(PyObject *o, void *arg)
{
    struct table *table = arg;

    if (Py_TYPE(o) == &PyDict_Type && o != table->attributes)
        table->found = o;
    return 0;
}

/* The dict of the results; borrowed, or NULL. A bounded cache has them in a list, too, whose members the dict
 * holds. */
static PyObject *table_of(PyObject *cache)
{
    PyObject **attributes = _PyObject_GetDictPtr(cache);
    struct table table = {.attributes = attributes ? *attributes : NULL};

    each_referent(cache, take_table, &table);
    return table.found;
}

void clear_caches(PyObject *caches)
{
    for (Py_ssize_t i = 0; i + 1 < PyList_Size(caches); i += 2) {
        PyObject *cache = PyList_GetItem(caches, i), *table = table_of(cache);

        if (table)
            journal_empty_dict(table, PyList_GetItem(caches, i + 1));
        PY_AUTO PyObject *done = PyObject_CallMethod(cache, "cache_clear", NULL);
        if (!done)
            PyErr_WriteUnraisable(cache);
    }
}
