/* Where CPython keeps what its API cannot write. Every offset is found with, or checked against,
 * probe objects at the start of a run; if a probe does not look as expected, nothing is touched.
 * Offsets are bytes from the start of the object; -1: this version has no such field. */
#ifndef REIMPORT_LAYOUT_H
#define REIMPORT_LAYOUT_H

#include "py.h"
#include <stdbool.h>

#define TPFLAGS_MANAGED_DICT (1ul << 4) /* since 3.11 (Include/object.h) */
/* SEQUENCE and MAPPING, since 3.10: for which patterns of `match` the instances stand. */
#define TPFLAGS_MATCH (3ul << 5)

struct layout {
    int version;                   /* 0x030b for 3.11 */
    const void *instance_traverse; /* tp_traverse of classes made by Python code */
    const void *instance_dealloc;  /* their tp_dealloc */
    Py_ssize_t tuple_items;
    Py_ssize_t tuple_hash; /* the cached hash, since 3.14 */
    struct {
        Py_ssize_t code, globals, builtins, closure, defaults, kwdefaults, doc, name, qualname,
            dict, module, annotations, annotate, type_params;
    } function;
    struct { /* a generator; coroutines and asynchronous generators begin as those do */
        Py_ssize_t code;
        Py_ssize_t frame; /* a word, NULL in one that has ended; since 3.11 the frame itself */
        Py_ssize_t state; /* a byte, since 3.11 */
        char ended;       /* what is there in one that has ended */
        char closed;      /* the same, if it was closed before */
    } generator;
    Py_ssize_t frame_code; /* of a frame object, until 3.10 */
    struct {               /* a type alias, since 3.12; before, the type is NULL */
        PyTypeObject *type;
        Py_ssize_t function,
            value; /* what computes its value, and that, NULL until it is asked for */
    } alias;
};

/* PyTypeObject (Include/cpython/object.h): unchanged from 3.8 to 3.15, checked by layout_find(). */
enum {
    TYPE_NAME = 24,
    TYPE_BASICSIZE = 32,
    TYPE_ITEMSIZE = 40,
    TYPE_DEALLOC = 48,
    TYPE_VECTORCALL_OFFSET = 56,
    TYPE_HASH = 120,
    TYPE_GETATTRO = 144,
    TYPE_SETATTRO = 152,
    TYPE_FLAGS = 168,
    TYPE_TRAVERSE = 184,
    TYPE_WEAKLISTOFFSET = 208,
    TYPE_BASE = 256,
    TYPE_DICT = 264,
    TYPE_DESCR_GET = 272,
    TYPE_DESCR_SET = 280,
    TYPE_DICTOFFSET = 288,
    TYPE_NEW = 312,
    TYPE_BASES = 336,
    TYPE_MRO = 344,
};

/* PyDictObject, PySetObject, PyListObject: checked by layout_find(). */
enum {
    DICT_USED = 16,
    DICT_TAG = 24,
    DICT_KEYS = 32,
    DICT_VALUES = 40,
    DICT_SIZE = 48,
    ODICT_FIRST = 48,
    ODICT_SENTINEL = 80, /* od_resize_sentinel: the table for which it knows its nodes by index */
    ODICT_STATE = 88,
    ODICT_DICT = 96, /* od_inst_dict: what comes before it is its contents */
    ODICT_SIZE = 112,
    SET_FILL = 16,
    SET_USED = 24,
    SET_MASK = 32,
    SET_TABLE = 40,
    SET_HASH = 48,
    SET_SMALLTABLE = 64,
    SET_WEAKREFLIST = 192,
    SET_SIZE = 200,
    LIST_ITEMS = 24,
    LIST_SIZE = 40,
};

/* Iterators over dicts and sets: the container, or NULL in one that has come to its end; its length when the
 * iterator began; where it goes on: checked by layout_find(). */
enum {
    ITERATOR_OF = 16,
    ITERATOR_USED = 24,
    ITERATOR_AT = 32,
};

/* dequeobject (Modules/_collectionsmodule.c): size, two blocks, two indices, then a count of changes:
 * checked when one is to be changed as a whole. */
enum {
    DEQUE_SIZE = 16,
    DEQUE_STATE = 56,
};

/* PyWeakReference: checked by layout_find(). */
enum {
    WEAKREF_OBJECT = 16,
    WEAKREF_CALLBACK = 24,
    WEAKREF_HASH = 32,
    WEAKREF_PREVIOUS = 40,
    WEAKREF_NEXT = 48,
};

extern struct layout layout;

/* Fills `layout`, once. -1 with RuntimeError when this interpreter is laid out in an unknown way. */
int layout_find(void);

/* The word at `offset` bytes into `o`. */
static inline PyObject **word_at(const void *o, Py_ssize_t offset)
{
    return (PyObject **)((char *)(uintptr_t)o + offset);
}

static inline Py_ssize_t number_at(const void *o, Py_ssize_t offset)
{
    return *(Py_ssize_t *)((char *)(uintptr_t)o + offset);
}

/* How many references there are to `o`: the low half of the count, since 3.12 the other bits say other things. */
static inline Py_ssize_t references_to(const void *o)
{
    return (Py_ssize_t) * (const uint32_t *)o;
}

/* How many bytes of `o` belong to it from its start: the basic size and its items. */
Py_ssize_t object_size(PyObject *o);

#endif
