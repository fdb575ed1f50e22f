/* Changes of single places. See steps.h. */
#include "steps.h"
#include "holders.h"
#include "layout.h"
#include "obj.h"
#include "rt.h"
#include "weak.h"

/* Of taking one change back, where it is not memory that lacks. */
#define REFUSALS_MAX 20

int step_changed_meanwhile(void)
{
    PyErr_SetString(PyExc_RuntimeError, "an object changed between plan and commit");
    return -1;
}

bool step_may_retry(int try)
{
    return try < (PyErr_ExceptionMatches(PyExc_MemoryError) ? STEP_TRIES_MAX : REFUSALS_MAX);
}

void step_wait(int try)
{
    PyErr_Clear();
    if (try > 10)
        rt_poll(NULL, 0, 1);
}

/* An OrderedDict has a list of its keys beside the dict, which PyDict_DelItem() would leave as it is: who
 * iterates over it then meets a KeyError. */
static int set_dict_value(struct entry *e, PyObject *expected, PyObject *value)
{
    if (PyDict_GetItemWithError(e->owner, e->key) != expected)
        return PyErr_Occurred() ? -1 : step_changed_meanwhile();
    if (PyObject_TypeCheck(e->owner, &PyODict_Type))
        return value ? PyODict_SetItem(e->owner, e->key, value) : PyODict_DelItem(e->owner, e->key);
    return value ? PyDict_SetItem(e->owner, e->key, value) : PyDict_DelItem(e->owner, e->key);
}

static int set_list_item(struct entry *e, PyObject *expected, PyObject *value)
{
    if (e->index >= PyList_Size(e->owner) || PyList_GetItem(e->owner, e->index) != expected)
        return step_changed_meanwhile();
    return PyList_SetItem(e->owner, e->index, py_new(value));
}

/* The type's own way in C, past what a subclass defines. */
static int set_sequence_item(struct entry *e, PyObject *expected, PyObject *value)
{
    PyTypeObject *type = deque_type(e->owner);

    (void)expected;
    PyObject *descriptor = type ? obj_item(type_dict((PyObject *)type), "__setitem__") : NULL;
    PY_AUTO PyObject *index = PyLong_FromSsize_t(e->index);
    PY_AUTO PyObject *done =
        descriptor && index ? PyObject_CallFunctionObjArgs(descriptor, e->owner, index, value, NULL)
                            : NULL;
    return done ? 0 : -1;
}

static int set_member(struct entry *e, PyObject *expected, PyObject *value)
{
    if (value && PySet_Add(e->owner, value) < 0)
        return -1;
    return expected && PySet_Discard(e->owner, expected) < 0 ? -1 : 0;
}

static int set_cell(struct entry *e, PyObject *expected, PyObject *value)
{
    (void)expected; /* a cell is a live variable: the plan wins */
    return PyCell_Set(e->owner, value);
}

static int set_word(struct entry *e, PyObject *expected, PyObject *value)
{
    PyObject **word = word_at(e->owner, e->index);

    if (*word != expected)
        return step_changed_meanwhile();
    *word = py_new(value);
    Py_DecRef(expected); /* the entry holds another reference */
    return 0;
}

static int set_number(struct entry *e, PyObject *expected, PyObject *value)
{
    size_t was = PyLong_AsUnsignedLongLong(expected), is = PyLong_AsUnsignedLongLong(value);

    if (number_at(e->owner, e->index) != (Py_ssize_t)was)
        return step_changed_meanwhile();
    *(size_t *)word_at(e->owner, e->index) = is;
    return 0;
}

/* Call sites have specialized on this function (3.11 on): setting its defaults, even to what they
 * are, makes the interpreter forget that, and raises no audit event as assigning __code__ would. */
static int set_code(struct entry *e, PyObject *expected, PyObject *value)
{
    if (set_word(e, expected, value) < 0)
        return -1;
    PY_AUTO PyObject *defaults = py_new(PyFunction_GetDefaults(e->owner));
    return PyFunction_SetDefaults(e->owner, defaults ? defaults : Py_None);
}

static int set_weakref(struct entry *e, PyObject *expected, PyObject *value)
{
    return weak_move(e->owner, expected, value) ? 0 : step_changed_meanwhile();
}

step_setter step_of(enum entry_kind kind)
{
    switch (kind) {
    case J_TYPEATTR:
        return step_type_attribute;
    case J_BASES:
        return step_bases;
    case J_CLASS:
        return step_class;
    case J_METACLASS:
        return step_metaclass;
    case J_DICTVALUE:
        return set_dict_value;
    case J_LISTITEM:
        return set_list_item;
    case J_CELL:
        return set_cell;
    case J_WORD:
        return set_word;
    case J_CODE:
        return set_code;
    case J_SEQITEM:
        return set_sequence_item;
    case J_SETITEM:
        return set_member;
    case J_NUMBER:
        return set_number;
    case J_DICTSWAP:
        return step_swap_dicts;
    case J_SETSWAP:
        return step_swap_sets;
    case J_LISTSWAP:
        return step_swap_lists;
    case J_DEQUESWAP:
        return step_swap_deques;
    case J_WEAKREF:
        return set_weakref;
    case J_TYPEMOD:
        return step_tell_modified;
    case J_MATCH:
        return step_match;
    case J_ORDER:
        return step_order;
    case J_PATCH:
    case J_KINDS:
        break;
    }
    return NULL;
}

static bool same_items(PyObject *a, PyObject *b)
{
    bool same = PyTuple_Size(a) == PyTuple_Size(b);

    for (Py_ssize_t i = 0; same && i < PyTuple_Size(a); i++)
        same = PyTuple_GetItem(a, i) == PyTuple_GetItem(b, i);
    return same;
}

bool journal_current(const struct entry *e)
{
    switch (e->kind) {
    case J_TYPEATTR: {
        PyObject *now = type_own(e->owner, e->key);
        /* names that the type computes are not in its dict */
        return now == e->old || (!now && e->index == J_COMPUTED);
    }
    case J_BASES:
        return same_items(*word_at(e->owner, TYPE_BASES), e->old);
    case J_CLASS:
    case J_METACLASS:
        return (PyObject *)Py_TYPE(e->owner) == e->old;
    case J_DICTVALUE:
        return PyDict_GetItemWithError(e->owner, e->key) == e->old;
    case J_LISTITEM:
        return e->index < PyList_Size(e->owner) && PyList_GetItem(e->owner, e->index) == e->old;
    case J_CELL: {
        PY_AUTO PyObject *now = PyCell_Get(e->owner);
        return now == e->old;
    }
    case J_WORD:
    case J_CODE:
        return *word_at(e->owner, e->index) == e->old;
    case J_WEAKREF:
        return *word_at(e->owner, WEAKREF_OBJECT) == e->old;
    case J_NUMBER:
        return number_at(e->owner, e->index) == (Py_ssize_t)PyLong_AsUnsignedLongLong(e->old);
    case J_MATCH:
        return type_match((PyTypeObject *)e->owner) == PyLong_AsUnsignedLongLong(e->old);
    default:
        return true;
    }
}
