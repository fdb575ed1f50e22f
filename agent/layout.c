/* Probing for field offsets: see layout.h. */
#include "interps.h"
#include "layout.h"
#include "obj.h"
#include "running.h"

struct layout layout;

/* Generators carry their frame inside (3.11 on), and so do frame objects when the call has ended; how long that is,
 * their own __sizeof__ knows. */
static Py_ssize_t frame_holder_size(PyObject *o, Py_ssize_t basic)
{
    PyObject *method = NULL;

    if (layout.version >= 0x030b && py.p_PyType_GetDict) {
        PY_AUTO PyObject *dict = PyType_GetDict(Py_TYPE(o));
        method = dict ? obj_item(dict, "__sizeof__") : NULL;
    } else if (layout.version >= 0x030b) {
        method = obj_item(*word_at(Py_TYPE(o), TYPE_DICT), "__sizeof__");
    }
    PY_AUTO PyObject *size = method ? PyObject_CallFunctionObjArgs(method, o, NULL) : NULL;
    if (!size)
        PyErr_Clear(); /* without it the words of the frame are not looked at, and reported as left */
    return size ? PyLong_AsSsize_t(size) : basic;
}

/* An int has its sign in the lower bits of that number since 3.12 (_PyLongValue in Include/cpython/longintrepr.h). */
static Py_ssize_t count_items(PyObject *o)
{
    Py_ssize_t count = number_at(o, 16);

    if (PyLong_Check(o) && layout.version >= 0x030c)
        return (Py_ssize_t)((size_t)count >> 3);
    return count < 0 ? -count : count;
}

Py_ssize_t object_size(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);
    Py_ssize_t size = number_at(type, TYPE_BASICSIZE);
    Py_ssize_t item = number_at(type, TYPE_ITEMSIZE);

    /* since 3.11 a frame object does not say how many items it has: where others do, it has another reference */
    if (type == &PyGen_Type || type == &PyCoro_Type || type == &PyAsyncGen_Type ||
        (type == &PyFrame_Type && layout.version >= 0x030b))
        return frame_holder_size(o, size);
    return item > 0 ? size + item * count_items(o) : size;
}

static int unknown(const char *what)
{
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_RuntimeError, "this Python lays out %s in a way unknown to reimport",
                     what);
    return -1;
}

/* The offset of the only word in `o` that is `value`, or -1. */
static Py_ssize_t find_word(PyObject *o, const void *value)
{
    Py_ssize_t found = -1;

    for (Py_ssize_t at = 16; value && at + 8 <= object_size(o); at += 8)
        if (*word_at(o, at) == value) {
            if (found >= 0)
                return -1;
            found = at;
        }
    return found;
}

static PyObject *evaluate(const char *source, PyObject *globals)
{
    PyObject *builtins = PyEval_GetBuiltins();
    PyObject *eval = builtins ? obj_item(builtins, "eval") : NULL;

    if (!eval)
        return unknown("its builtins"), NULL;
    return PyObject_CallFunction(eval, "sO", source, globals);
}

static int find_function(void)
{
    PY_AUTO PyObject *globals = PyDict_New();
    PY_AUTO PyObject *f = globals ? evaluate("(lambda cell: lambda: cell)(0)", globals) : NULL;
    static const struct {
        const char *attribute;
        Py_ssize_t *offset;
        const char *value; /* what to set first, so that the word is the object's own */
        int since;
    } fields[] = {
        {"__code__", &layout.function.code, NULL, 0},
        {"__globals__", &layout.function.globals, NULL, 0},
        {"__closure__", &layout.function.closure, NULL, 0},
        {"__defaults__", &layout.function.defaults, "(0.5,)", 0},
        {"__kwdefaults__", &layout.function.kwdefaults, "dict(a=1)", 0},
        {"__doc__", &layout.function.doc, "'a document of the probe'.upper()", 0},
        {"__name__", &layout.function.name, "'a name of the probe'.upper()", 0},
        {"__qualname__", &layout.function.qualname, "'a qualified name of it'.upper()", 0},
        {"__module__", &layout.function.module, "'a module of the probe'.upper()", 0},
        {"__dict__", &layout.function.dict, "dict(b=2)", 0},
        {"__builtins__", &layout.function.builtins, NULL, 0x030a},
        {"__type_params__", &layout.function.type_params, "(0.25, 1)", 0x030c},
        {"__annotate__", &layout.function.annotate, "lambda format: {}", 0x030e},
        {"__annotations__", &layout.function.annotations, "dict(c=3)", 0},
    };

    if (!f)
        return -1;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        *fields[i].offset = -1;
        if (layout.version < fields[i].since)
            continue;
        PY_AUTO PyObject *value = fields[i].value ? evaluate(fields[i].value, globals) : NULL;
        if (fields[i].value &&
            (!value || PyObject_SetAttrString(f, fields[i].attribute, value) < 0))
            return -1;
        PY_AUTO PyObject *got = PyObject_GetAttrString(f, fields[i].attribute);
        if (!got)
            return -1;
        *fields[i].offset = find_word(f, got);
        if (*fields[i].offset < 0)
            return unknown("functions");
    }
    return 0;
}

/* Generators (Include/cpython/genobject.h). Up to 3.10 one has a pointer to its frame object; from 3.11 on the
 * frame is its last part (struct _PyInterpreterFrame in Include/internal/pycore_frame.h, from 3.14 on in
 * pycore_interpframe_structs.h), and its state a byte before that. The frame begins with the code, whose low bits may
 * be a tag from 3.14 on; in 3.11 four words come before it, and the generator has the code apart, too, which stays
 * when the frame is cleared. */
enum { FRAME_CODE_311 = 32, TAG = 3 };

/* The first word from `at` on that is `code` in both, or -1. What has not been in use yet of a frame may be what was
 * there before, so not any word that looks like it will do. */
static Py_ssize_t find_code(PyObject *one, PyObject *other, PyObject *code, Py_ssize_t at)
{
    const uintptr_t mask = ~(uintptr_t)TAG;

    for (; at + 8 <= object_size(one); at += 8)
        if (((uintptr_t)*word_at(one, at) & mask) == (uintptr_t)code &&
            ((uintptr_t)*word_at(other, at) & mask) == (uintptr_t)code)
            return at;
    return -1;
}

static int find_inner_frame(PyObject *fresh, PyObject *begun, PyObject *code)
{
    Py_ssize_t first = find_code(fresh, begun, code, 16), at = first;

    if (first >= 0 && layout.version == 0x030b)
        at = find_code(fresh, begun, code, first + 8);
    if (at < 0)
        return unknown("generators");
    layout.generator.code = first;
    layout.generator.frame = layout.version == 0x030b ? at - FRAME_CODE_311 : at;
    return 0;
}

/* The last of four bytes; then come four that nobody writes. One that was closed before its end has another state
 * than one that has come to it (FRAME_COMPLETED, FRAME_CLEARED). */
static int find_state(PyObject *fresh, PyObject *begun, PyObject *ended, PyObject *closed)
{
    Py_ssize_t at = layout.generator.frame - 5;
    char a = *(char *)word_at(fresh, at), b = *(char *)word_at(begun, at);
    char c = *(char *)word_at(ended, at), d = *(char *)word_at(closed, at);

    layout.generator.state = at;
    layout.generator.ended = c;
    layout.generator.closed = d;
    if (a == d || b == d)
        return unknown("generators");
    return a == b || a == c || b == c ? unknown("generators") : 0;
}

static int find_frame_object(PyObject *fresh, PyObject *begun, PyObject *code)
{
    PY_AUTO PyObject *frame = PyObject_GetAttrString(fresh, "gi_frame");
    PY_AUTO PyObject *other = frame ? PyObject_GetAttrString(begun, "gi_frame") : NULL;

    if (!other)
        return -1;
    layout.generator.code = find_word(fresh, code);
    layout.generator.frame = find_word(fresh, frame);
    layout.frame_code = find_code(frame, other, code, 24);
    if (layout.generator.code < 0 || layout.generator.frame < 0 || layout.frame_code < 0)
        return unknown("generators");
    return 0;
}

static bool lines_agree(PyObject *begun, PyObject *ended)
{
    PY_AUTO PyObject *line = suspended_line(begun);
    return line && line != Py_None && PyLong_AsLong(line) == 3 && !suspended_has_ended(begun) &&
           suspended_has_ended(ended);
}

static int find_generator(void)
{
    static const char source[] = "[g() for g in [lambda: (\n\n(yield))] * 4]";
    PY_AUTO PyObject *globals = PyDict_New();
    PY_AUTO PyObject *four = globals ? evaluate(source, globals) : NULL;
    PyObject *fresh = four ? PyList_GetItem(four, 0) : NULL;
    PyObject *begun = four ? PyList_GetItem(four, 1) : NULL;
    PyObject *ended = four ? PyList_GetItem(four, 2) : NULL;
    PyObject *closed = four ? PyList_GetItem(four, 3) : NULL;
    PY_AUTO PyObject *code = fresh ? PyObject_GetAttrString(fresh, "gi_code") : NULL;
    PY_AUTO PyObject *one = code ? PyIter_Next(begun) : NULL;
    PY_AUTO PyObject *another = one ? PyIter_Next(ended) : NULL;
    PY_AUTO PyObject *none = another ? PyIter_Next(ended) : NULL;
    PY_AUTO PyObject *done = another && !none ? PyObject_CallMethod(closed, "close", NULL) : NULL;
    int rc;

    if (!done || PyErr_Occurred())
        return unknown("generators");
    rc = layout.version < 0x030b ? find_frame_object(fresh, begun, code)
                                 : find_inner_frame(fresh, begun, code);
    if (rc == 0 && layout.version >= 0x030b)
        rc = find_state(fresh, begun, ended, closed);
    return rc == 0 && !lines_agree(begun, ended) ? unknown("generators") : rc;
}

/* The offset of the only word in `o` that is a function, or -1. */
static Py_ssize_t find_function_word(PyObject *o)
{
    Py_ssize_t found = -1;

    for (Py_ssize_t at = 16; at + 8 <= object_size(o); at += 8)
        if (*word_at(o, at) && is_function(*word_at(o, at))) {
            if (found >= 0)
                return -1;
            found = at;
        }
    return found;
}

/* All its words are references (Objects/typevarobject.c, typealiasobject). */
static int find_alias(void)
{
    PyObject *builtins = PyEval_GetBuiltins(), *exec = builtins ? obj_item(builtins, "exec") : NULL;
    PY_AUTO PyObject *names = PyDict_New();
    PY_AUTO PyObject *done =
        exec && names ? PyObject_CallFunction(exec, "sO", "type X = {}", names) : NULL;
    PyObject *alias = done ? obj_item(names, "X") : NULL;
    Py_ssize_t function = alias ? find_function_word(alias) : -1;
    PY_AUTO PyObject *value = alias ? PyObject_GetAttrString(alias, "__value__") : NULL;

    if (!value || function < 0)
        return unknown("type aliases");
    layout.alias.value = find_word(alias, value);
    layout.alias.function = function;
    layout.alias.type = Py_TYPE(alias);
    return layout.alias.value < 0 ? unknown("type aliases") : 0;
}

static int find_tuple(void)
{
    PY_AUTO PyObject *item = PyDict_New();
    PY_AUTO PyObject *tuple = item ? PyTuple_Pack(1, item) : NULL;

    if (!tuple)
        return -1;
    layout.tuple_items = -1;
    for (Py_ssize_t at = 24; at <= 32; at += 8)
        if (layout.tuple_items < 0 && *word_at(tuple, at) == item)
            layout.tuple_items = at;
    if (layout.tuple_items < 0 || number_at(tuple, 16) != 1)
        return unknown("tuples");
    layout.tuple_hash = layout.tuple_items == 32 ? 24 : -1;
    if (layout.tuple_hash >= 0 && number_at(tuple, layout.tuple_hash) != -1)
        return unknown("tuples");
    return 0;
}

static bool size_is(PyTypeObject *type, Py_ssize_t size)
{
    return number_at(type, TYPE_BASICSIZE) == size;
}

static int check_containers(void)
{
    PY_AUTO PyObject *dict = PyDict_New();
    PY_AUTO PyObject *set = PySet_New(NULL);
    PY_AUTO PyObject *list = PyList_New(3);

    if (!dict || !set || !list || PyDict_SetItemString(dict, "k", dict) < 0)
        return -1;
    bool known = size_is(&PyDict_Type, DICT_SIZE) && number_at(dict, DICT_USED) == 1 &&
                 !*word_at(dict, DICT_VALUES) && *word_at(dict, DICT_KEYS);
    PyDict_Clear(dict);
    if (!known)
        return unknown("dicts");
    if (!size_is(&PyODict_Type, ODICT_SIZE))
        return unknown("ordered dicts");
    if (!size_is(&PySet_Type, SET_SIZE) || !size_is(&PyFrozenSet_Type, SET_SIZE) ||
        (char *)*word_at(set, SET_TABLE) != (char *)set + SET_SMALLTABLE ||
        number_at(set, SET_HASH) != -1)
        return unknown("sets");
    if (!size_is(&PyList_Type, LIST_SIZE) || number_at(list, 16) != 3 || number_at(list, 32) < 3)
        return unknown("lists");
    if (PyList_SetItem(list, 1, py_new(dict)) < 0)
        return -1;
    return (*(PyObject ***)word_at(list, LIST_ITEMS))[1] == dict ? 0 : unknown("lists");
}

/* One of a dict and one of a set, each of two items, which have given the first. */
static int check_iterator(PyObject *container)
{
    PY_AUTO PyObject *iterator = PyObject_GetIter(container);

    if (!iterator || *word_at(iterator, ITERATOR_OF) != container ||
        number_at(iterator, ITERATOR_USED) != 2 || number_at(iterator, ITERATOR_AT) != 0)
        return unknown("iterators");
    PY_AUTO PyObject *first = PyIter_Next(iterator);
    if (!first || number_at(iterator, ITERATOR_AT) == 0)
        return unknown("iterators");
    return 0;
}

static int check_iterators(void)
{
    PY_AUTO PyObject *dict = PyDict_New();

    if (!dict || PyDict_SetItemString(dict, "k", Py_None) < 0 ||
        PyDict_SetItemString(dict, "l", Py_None) < 0)
        return -1;
    PY_AUTO PyObject *set = PySet_New(dict);
    return !set || check_iterator(dict) < 0 ? -1 : check_iterator(set);
}

/* Two weak references to one object, the second with a callback: they are linked to each other. */
static int check_weak_references(void)
{
    PY_AUTO PyObject *o = PySet_New(NULL);
    PY_AUTO PyObject *first = o ? PyWeakref_NewRef(o, NULL) : NULL;
    PY_AUTO PyObject *second = first ? PyWeakref_NewRef(o, (PyObject *)&PyBaseObject_Type) : NULL;

    if (!second)
        return -1;
    bool known = *word_at(o, SET_WEAKREFLIST) == first && *word_at(first, WEAKREF_OBJECT) == o &&
                 *word_at(second, WEAKREF_OBJECT) == o && !*word_at(first, WEAKREF_CALLBACK) &&
                 *word_at(second, WEAKREF_CALLBACK) == (PyObject *)&PyBaseObject_Type &&
                 number_at(first, WEAKREF_HASH) == -1 && !*word_at(first, WEAKREF_PREVIOUS) &&
                 *word_at(first, WEAKREF_NEXT) == second &&
                 *word_at(second, WEAKREF_PREVIOUS) == first && !*word_at(second, WEAKREF_NEXT);
    return known ? 0 : unknown("weak references");
}

static int check_types(void)
{
    PY_AUTO PyObject *bases = PyTuple_Pack(1, &PyBaseObject_Type);
    PY_AUTO PyObject *dict = PyDict_New();

    /* until it is collected, who asks for all classes meets it, and may well ask for its module */
    if (!bases || !dict || obj_put(dict, "__module__", PyUnicode_FromString("reimport")) < 0)
        return -1;
    PY_AUTO PyObject *type =
        PyObject_CallFunction((PyObject *)&PyType_Type, "sOO", "probe", bases, dict);
    if (!type)
        return -1;
    PyTypeObject *t = (PyTypeObject *)type;
    PY_AUTO PyObject *mro = PyObject_GetAttrString(type, "__mro__");
    PY_AUTO PyObject *its_bases = PyObject_GetAttrString(type, "__bases__");
    PY_AUTO PyObject *dictoffset = PyObject_GetAttrString(type, "__dictoffset__");
    PY_AUTO PyObject *weakoffset = PyObject_GetAttrString(type, "__weakrefoffset__");
    if (!mro || !its_bases || !dictoffset || !weakoffset)
        return -1;
    bool known = *word_at(t, TYPE_TRAVERSE) == PyType_GetSlot(t, Py_tp_traverse) &&
                 *word_at(t, TYPE_DEALLOC) == PyType_GetSlot(t, Py_tp_dealloc) &&
                 *word_at(t, TYPE_HASH) == PyType_GetSlot(t, Py_tp_hash) &&
                 *word_at(t, TYPE_SETATTRO) == PyType_GetSlot(t, Py_tp_setattro) &&
                 *word_at(t, TYPE_BASE) == (PyObject *)&PyBaseObject_Type &&
                 *word_at(t, TYPE_BASES) == its_bases && *word_at(t, TYPE_MRO) == mro &&
                 Py_TYPE(*word_at(t, TYPE_DICT)) == &PyDict_Type &&
                 (unsigned long)number_at(t, TYPE_FLAGS) == PyType_GetFlags(t) &&
                 number_at(t, TYPE_DICTOFFSET) == PyLong_AsSsize_t(dictoffset) &&
                 number_at(t, TYPE_WEAKLISTOFFSET) == PyLong_AsSsize_t(weakoffset);
    layout.instance_traverse = *word_at(t, TYPE_TRAVERSE);
    layout.instance_dealloc = *word_at(t, TYPE_DEALLOC);
    return known ? 0 : unknown("types");
}

int layout_find(void)
{
    static bool found;

    if (found)
        return 0;
    layout.version = interps_version();
    if (check_types() < 0 || find_tuple() < 0 || check_containers() < 0 || check_iterators() < 0 ||
        check_weak_references() < 0 || find_function() < 0 || find_generator() < 0 ||
        (layout.version >= 0x030c && find_alias() < 0))
        return -1;
    found = true;
    return 0;
}
