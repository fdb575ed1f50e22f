/* Containers whose contents change places with those of another one, which is as it is to be. See steps.h. */
#include "layout.h"
#include "steps.h"
#include "table.h"

static void swap_words(PyObject *a, PyObject *b, Py_ssize_t from, Py_ssize_t to)
{
    for (Py_ssize_t at = from; at < to; at += 8) {
        PyObject *word = *word_at(a, at);
        *word_at(a, at) = *word_at(b, at);
        *word_at(b, at) = word;
    }
}

/* An iterator looks whether the state is the one that it began with: it must not find that again, as it would look
 * for a key that may be gone (Objects/odictobject.c, odictiter_nextkey). */
static void swap_ordered(PyObject *a, PyObject *b)
{
    size_t state = (size_t)number_at(a, ODICT_STATE) + (size_t)number_at(b, ODICT_STATE) + 1;

    swap_words(a, b, DICT_SIZE, ODICT_DICT);
    *(size_t *)word_at(a, ODICT_STATE) = state;
    *(size_t *)word_at(b, ODICT_STATE) = state;
}

/* Its list stays, and it finds the entries anew, since the table is another (_odict_get_index): by the address of
 * the one that it knew, where a later one may come to be. */
static void forget_table(PyObject *ordered)
{
    *word_at(ordered, ODICT_SENTINEL) = NULL;
}

/* An OrderedDict may change with a dict that has the same keys. Until 3.11 the second field is a tag that names the
 * contents, and goes with them; later it holds the watchers of the dict, and stays. Until 3.10 a dict that shares
 * its keys owns its values, which go with the keys. */
static void swap_contents(PyObject *a, PyObject *b)
{
    swap_words(a, b, DICT_USED, DICT_USED + 8);
    if (layout.version < 0x030c)
        swap_words(a, b, DICT_TAG, DICT_TAG + 8);
    swap_words(a, b, DICT_KEYS, layout.version < 0x030b ? DICT_SIZE : DICT_VALUES);
    if (!PyObject_TypeCheck(a, &PyODict_Type))
        return;
    if (PyObject_TypeCheck(b, &PyODict_Type))
        swap_ordered(a, b);
    else
        forget_table(a);
}

int step_swap_dicts(struct entry *e, PyObject *expected, PyObject *value)
{
    (void)expected;
    (void)value;
    swap_contents(e->owner, e->new);
    return 0;
}

/* A key that is no str is not for a dict that shares its keys with others (Objects/dictobject.c, insertdict); but
 * the interpreter is quicker with a dict that never had such a one. */
static int own_table_of_keys(PyObject *dict)
{
    if (!*word_at(dict, DICT_VALUES))
        return 0;
    PY_AUTO PyObject *key = PyObject_CallFunctionObjArgs((PyObject *)&PyBaseObject_Type, NULL);
    PY_AUTO PyObject *same = PyDict_New();
    if (!key || !same || PyDict_Update(same, dict) < 0 || PyDict_SetItem(dict, key, Py_None) < 0 ||
        PyDict_DelItem(dict, key) < 0)
        return -1;
    if (!*word_at(dict, DICT_VALUES))
        swap_contents(dict, same);
    return 0;
}

/* What the dict held in its order before is in `key` from then on, for the way back, which needs no memory. */
int step_order(struct entry *e, PyObject *expected, PyObject *value)
{
    PyObject *dict = PyType_Check(e->owner) ? type_dict(e->owner) : e->owner;

    (void)expected;
    if (!e->done && value) {
        e->key = table_in_order(dict, value);
        int rc = e->key ? own_table_of_keys(dict) : 0;
        if (e->key && (rc < 0 || *word_at(dict, DICT_VALUES)))
            py_clear(&e->key);
        if (rc < 0 || PyErr_Occurred())
            return -1;
    }
    if (e->key)
        swap_contents(dict, e->key);
    if (PyType_Check(e->owner))
        PyType_Modified((PyTypeObject *)e->owner);
    return 0;
}

void journal_empty_dict(PyObject *full, PyObject *empty)
{
    struct entry e = {.owner = full, .new = empty};

    if (layout.version < 0x030b || !*word_at(full, DICT_VALUES))
        step_swap_dicts(&e, NULL, NULL);
}

static void own_table(PyObject *set, PyObject *other)
{
    if ((char *)*word_at(set, SET_TABLE) == (char *)other + SET_SMALLTABLE)
        *word_at(set, SET_TABLE) = (PyObject *)((char *)set + SET_SMALLTABLE);
}

int step_swap_sets(struct entry *e, PyObject *expected, PyObject *value)
{
    PyObject *a = e->owner, *b = e->new;

    (void)expected;
    (void)value;
    swap_words(a, b, SET_FILL, SET_WEAKREFLIST);
    own_table(a, b);
    own_table(b, a);
    return 0;
}

int step_swap_lists(struct entry *e, PyObject *expected, PyObject *value)
{
    (void)expected;
    (void)value;
    swap_words(e->owner, e->new, 16, LIST_SIZE);
    return 0;
}

/* An iterator looks whether the deque has the state that it began with: it must not find it again, since
 * the blocks go with the contents (Modules/_collectionsmodule.c, dequeiter_next). */
int step_swap_deques(struct entry *e, PyObject *expected, PyObject *value)
{
    size_t a = (size_t)number_at(e->owner, DEQUE_STATE), b = (size_t)number_at(e->new, DEQUE_STATE);

    (void)expected;
    (void)value;
    swap_words(e->owner, e->new, DEQUE_SIZE, DEQUE_STATE);
    *(size_t *)word_at(e->owner, DEQUE_STATE) = a + b + 1;
    *(size_t *)word_at(e->new, DEQUE_STATE) = a + b + 1;
    return 0;
}

int journal_prepare_swap(PyObject *dict)
{
    PY_AUTO PyObject *key = PyUnicode_FromString(" reimport: about to change ");
    PY_AUTO PyObject *value = PyList_New(0);

    if (!key || !value || PyDict_SetItem(dict, key, value) < 0 || PyDict_DelItem(dict, key) < 0)
        return -1;
    if (layout.version >= 0x030b && *word_at(dict, DICT_VALUES)) {
        PyErr_SetString(PyExc_RuntimeError, "a namespace shares its keys with an object");
        return -1;
    }
    return 0;
}
