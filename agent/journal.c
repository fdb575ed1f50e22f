/* Applying and unwinding: one row for each kind of entry. See journal.h. */
#include "journal.h"
#ifdef REIMPORT_TEST_HOOKS
#include "busy.h"
#endif
#include "holders.h"
#include "layout.h"
#include "maker.h"
#include "plan.h"
#include "rt.h"
#include "shape.h"
#include "table.h"
#include "weak.h"
#include "obj.h"

/* Of taking one change back, a millisecond apart; and where it is not memory that lacks. */
#define TRIES_MAX 1000
#define REFUSALS_MAX 20

typedef int (*setattro)(PyObject *, PyObject *, PyObject *);

PyObject *type_dict(PyObject *type)
{
    if (py.p_PyType_GetDict && !PyType_HasFeature((PyTypeObject *)type, Py_TPFLAGS_HEAPTYPE)) {
        PyObject *dict = PyType_GetDict((PyTypeObject *)type);
        Py_DecRef(dict); /* the type keeps it */
        return dict;
    }
    return *word_at(type, TYPE_DICT);
}

bool type_named(PyTypeObject *type, const char *name)
{
    const char *own = *(const char **)word_at(type, TYPE_NAME);

    for (; *own && *own == *name; own++, name++)
        ;
    return *own == *name;
}

size_t type_match(PyTypeObject *type)
{
    return (size_t)number_at(type, TYPE_FLAGS) & TPFLAGS_MATCH;
}

PyObject *type_own(PyObject *type, PyObject *name)
{
    PyObject *dict = type_dict(type);
    return dict ? PyDict_GetItemWithError(dict, name) : NULL;
}

/* ---- one setter for each kind: put `value` where `expected` is ---- */

static int changed_meanwhile(void)
{
    PyErr_SetString(PyExc_RuntimeError, "an object changed between plan and commit");
    return -1;
}

/* The names that `type` computes and whose setters put the value into the class's own dict. That of
 * __module__ does, too, but drops __firstlineno__ since 3.14 (Objects/typeobject.c, type_set_module). */
static bool is_stored(PyObject *name)
{
    static const char *const names[] = {"__doc__", "__abstractmethods__", "__annotations__",
                                        "__type_params__"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (PyUnicode_CompareWithASCIIString(name, names[i]) == 0)
            return true;
    return false;
}

/* A data descriptor on the metaclass would take the assignment for itself, and may run code: so would
 * type's own, for a class whose body defines __class__ or __name__. */
static bool metaclass_intercepts(PyObject *type, PyObject *name)
{
    PyObject *found = _PyType_Lookup(Py_TYPE(type), name);
    bool data = found && *word_at(Py_TYPE(found), TYPE_DESCR_SET);

    return data && !(is_stored(name) && found == type_own((PyObject *)&PyType_Type, name));
}

static int put_type_attribute(struct entry *e, PyObject *value)
{
    if (e->index != J_COMPUTED && metaclass_intercepts(e->owner, e->key)) {
        PyObject *dict = type_dict(e->owner);
        int rc = value ? PyDict_SetItem(dict, e->key, value) : PyDict_DelItem(dict, e->key);
        PyType_Modified((PyTypeObject *)e->owner);
        return rc;
    }
    setattro set = *(setattro *)word_at(&PyType_Type, TYPE_SETATTRO);
    return set(e->owner, e->key, value);
}

static int set_type_attribute(struct entry *e, PyObject *expected, PyObject *value)
{
    PyObject *now = type_own(e->owner, e->key);
    struct ptrlist makers = {0};

    if (PyErr_Occurred())
        return -1;
    if (now == value)
        return 0;
    (void)expected; /* a class attribute may have been set since by the program: the plan wins */
    int rc = maker_find(e->owner, e->key, &makers);
    if (rc == 0 && (rc = put_type_attribute(e, value)) == 0)
        maker_settle(&makers);
    ptrlist_free(&makers);
    return rc;
}

/* CPython refuses to move a class between bases whose deallocators differ, from `object` to anything
 * else above all (Objects/typeobject.c, compatible_for_assignment; bpo-672115), although a class that
 * Python code made has a deallocator of its own. It compares the present tp_base with the new one: so
 * let it find the new one there. cls.c has checked that the layouts agree. */
static int assign_bases(PyObject *type, PyObject *name, PyObject *value)
{
    setattro set = *(setattro *)word_at(&PyType_Type, TYPE_SETATTRO);
    PyObject **base = word_at(type, TYPE_BASE);
    PyObject *before = *base;

    *base = py_new((PyObject *)shape_best_base(value));
    if (set(type, name, value) == 0) {
        Py_DecRef(before);
        return 0;
    }
    if (!PyErr_Occurred())
        PyErr_NoMemory();
    if (*word_at(type, TYPE_BASES) == value) {
        Py_DecRef(before);
    } else {
        Py_DecRef(*base);
        *base = before;
    }
    return -1;
}

/* Between two tries: drops the exception. The GIL is kept, as nobody else may see what is half done. */
static void wait_for_memory(int try)
{
    PyErr_Clear();
    if (try > 10)
        rt_poll(NULL, 0, 1);
}

/* Where there is no memory for a base's list of subclasses, CPython fails, but leaves the new bases
 * (Objects/typeobject.c, type_set_bases: add_all_subclasses). */
static void insist_on_bases(PyObject *type, PyObject *name, PyObject *bases)
{
    PyObject *kind, *value, *tb;

    PyErr_Fetch(&kind, &value, &tb);
    for (int i = 0; i < TRIES_MAX && assign_bases(type, name, bases) < 0; i++)
        wait_for_memory(i);
    PyErr_Restore(kind, value, tb);
}

/* Of a class with a metaclass CPython compares layouts as its present bases have them, and refuses any other
 * (Objects/typeobject.c, mro_check): while bases are assigned, these and what derives from them are classes of
 * `type`, but for those whose metaclass has an mro() of its own. */
static void hide_metaclasses(struct ptrlist *types)
{
    for (Py_ssize_t i = 0; i < types->count; i++) {
        PyObject *type = types->items[i].a;
        types->items[i].b = (PyObject *)Py_TYPE(type);
        if (PyType_HasFeature(Py_TYPE(type), Py_TPFLAGS_HEAPTYPE) && !has_own_mro(Py_TYPE(type)))
            *word_at(type, 8) = (PyObject *)&PyType_Type;
    }
    PyErr_Clear(); /* without memory to tell, it has one */
}

static void show_metaclasses(const struct ptrlist *types)
{
    for (Py_ssize_t i = 0; i < types->count; i++)
        *word_at(types->items[i].a, 8) = types->items[i].b;
}

static int set_bases(struct entry *e, PyObject *expected, PyObject *value)
{
    PY_AUTO PyObject *name = PyUnicode_InternFromString("__bases__");
    struct ptrlist makers = {0};
    int rc = name ? maker_find(e->owner, NULL, &makers) : -1;

    if (rc == 0) {
        hide_metaclasses(&makers);
        if ((rc = assign_bases(e->owner, name, value)) < 0 &&
            *word_at(e->owner, TYPE_BASES) == value)
            insist_on_bases(e->owner, name, expected);
        show_metaclasses(&makers);
    }
    maker_settle(&makers);
    ptrlist_free(&makers);
    return rc;
}

static int set_class(struct entry *e, PyObject *expected, PyObject *value)
{
    if ((PyObject *)Py_TYPE(e->owner) != expected)
        return changed_meanwhile();
    PY_AUTO PyObject *name = PyUnicode_InternFromString("__class__");
    /* object's own setter: a class may define __setattr__ or a __class__ property */
    PyObject *descriptor = name ? type_own((PyObject *)&PyBaseObject_Type, name) : NULL;
    if (!descriptor)
        return -1;
    typedef int (*descr_set)(PyObject *, PyObject *, PyObject *);
    descr_set set = *(descr_set *)word_at(Py_TYPE(descriptor), TYPE_DESCR_SET);
    /* CPython wants the two to lay out instances alike as seen from a common base
     * (compatible_for_assignment), and the bases may be changing too. The plan has compared the layouts
     * themselves: while it looks, the one is the other's base. */
    PyObject **base = word_at(expected, TYPE_BASE), *before = *base;
    *base = value;
    int rc = set(descriptor, e->owner, value);
    *base = before;
    return rc;
}

/* A class made by Python code owns a reference to its class; `type` itself counts none. */
static int set_metaclass(struct entry *e, PyObject *expected, PyObject *value)
{
    if ((PyObject *)Py_TYPE(e->owner) != expected)
        return changed_meanwhile();
    if (PyType_HasFeature((PyTypeObject *)value, Py_TPFLAGS_HEAPTYPE))
        Py_IncRef(value);
    *word_at(e->owner, 8) = value;
    if (PyType_HasFeature((PyTypeObject *)expected, Py_TPFLAGS_HEAPTYPE))
        Py_DecRef(expected); /* the entry holds another reference */
    PyType_Modified((PyTypeObject *)e->owner);
    return 0;
}

/* An OrderedDict has a list of its keys beside the dict, which PyDict_DelItem() would leave as it is: who
 * iterates over it then meets a KeyError. */
static int set_dict_value(struct entry *e, PyObject *expected, PyObject *value)
{
    if (PyDict_GetItemWithError(e->owner, e->key) != expected)
        return PyErr_Occurred() ? -1 : changed_meanwhile();
    if (PyObject_TypeCheck(e->owner, &PyODict_Type))
        return value ? PyODict_SetItem(e->owner, e->key, value) : PyODict_DelItem(e->owner, e->key);
    return value ? PyDict_SetItem(e->owner, e->key, value) : PyDict_DelItem(e->owner, e->key);
}

static int set_list_item(struct entry *e, PyObject *expected, PyObject *value)
{
    if (e->index >= PyList_Size(e->owner) || PyList_GetItem(e->owner, e->index) != expected)
        return changed_meanwhile();
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
        return changed_meanwhile();
    *word = py_new(value);
    Py_DecRef(expected); /* the entry holds another reference */
    return 0;
}

static int set_number(struct entry *e, PyObject *expected, PyObject *value)
{
    size_t was = PyLong_AsUnsignedLongLong(expected), is = PyLong_AsUnsignedLongLong(value);

    if (number_at(e->owner, e->index) != (Py_ssize_t)was)
        return changed_meanwhile();
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

/* An OrderedDict and a dict with the same keys: its list stays, and it finds the entries anew, since the table is another
 * (_odict_get_index). Until 3.11 the second field is a tag that names the contents, and goes with them; later it holds
 * the watchers of the dict, and stays. Until 3.10 a dict that shares its keys owns its values, which go
 * with the keys. */
static void swap_contents(PyObject *a, PyObject *b)
{
    swap_words(a, b, DICT_USED, DICT_USED + 8);
    if (layout.version < 0x030c)
        swap_words(a, b, DICT_TAG, DICT_TAG + 8);
    swap_words(a, b, DICT_KEYS, layout.version < 0x030b ? DICT_SIZE : DICT_VALUES);
    if (PyObject_TypeCheck(a, &PyODict_Type) && PyObject_TypeCheck(b, &PyODict_Type))
        swap_ordered(a, b);
}

static int swap_dicts(struct entry *e, PyObject *expected, PyObject *value)
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
static int set_order(struct entry *e, PyObject *expected, PyObject *value)
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
        swap_dicts(&e, NULL, NULL);
}

static void own_table(PyObject *set, PyObject *other)
{
    if ((char *)*word_at(set, SET_TABLE) == (char *)other + SET_SMALLTABLE)
        *word_at(set, SET_TABLE) = (PyObject *)((char *)set + SET_SMALLTABLE);
}

static int swap_sets(struct entry *e, PyObject *expected, PyObject *value)
{
    PyObject *a = e->owner, *b = e->new;

    (void)expected;
    (void)value;
    swap_words(a, b, SET_FILL, SET_WEAKREFLIST);
    own_table(a, b);
    own_table(b, a);
    return 0;
}

static int swap_lists(struct entry *e, PyObject *expected, PyObject *value)
{
    (void)expected;
    (void)value;
    swap_words(e->owner, e->new, 16, LIST_SIZE);
    return 0;
}

/* An iterator looks whether the deque has the state that it began with: it must not find it again, since
 * the blocks go with the contents (Modules/_collectionsmodule.c, dequeiter_next). */
static int swap_deques(struct entry *e, PyObject *expected, PyObject *value)
{
    size_t a = (size_t)number_at(e->owner, DEQUE_STATE), b = (size_t)number_at(e->new, DEQUE_STATE);

    (void)expected;
    (void)value;
    swap_words(e->owner, e->new, DEQUE_SIZE, DEQUE_STATE);
    *(size_t *)word_at(e->owner, DEQUE_STATE) = a + b + 1;
    *(size_t *)word_at(e->new, DEQUE_STATE) = a + b + 1;
    return 0;
}

static int set_weakref(struct entry *e, PyObject *expected, PyObject *value)
{
    return weak_move(e->owner, expected, value) ? 0 : changed_meanwhile();
}

static int tell_modified(struct entry *e, PyObject *expected, PyObject *value)
{
    (void)expected;
    (void)value;
    PyType_Modified((PyTypeObject *)e->owner);
    return 0;
}

/* The other flags are the interpreter's, which may change any of them meanwhile. */
static int set_match(struct entry *e, PyObject *expected, PyObject *value)
{
    size_t *flags = (size_t *)word_at(e->owner, TYPE_FLAGS);
    size_t is = PyLong_AsUnsignedLongLong(value);

    (void)expected; /* the bases, which have changed by now, are what matters */
    *flags = (*flags & ~TPFLAGS_MATCH) | (is & TPFLAGS_MATCH);
    return 0;
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

typedef int (*entry_setter)(struct entry *e, PyObject *expected, PyObject *value);

static entry_setter setter_of(enum entry_kind kind)
{
    switch (kind) {
    case J_TYPEATTR:
        return set_type_attribute;
    case J_BASES:
        return set_bases;
    case J_CLASS:
        return set_class;
    case J_METACLASS:
        return set_metaclass;
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
        return swap_dicts;
    case J_SETSWAP:
        return swap_sets;
    case J_LISTSWAP:
        return swap_lists;
    case J_DEQUESWAP:
        return swap_deques;
    case J_WEAKREF:
        return set_weakref;
    case J_TYPEMOD:
        return tell_modified;
    case J_MATCH:
        return set_match;
    case J_ORDER:
        return set_order;
    case J_PATCH:
    case J_KINDS:
        break;
    }
    return NULL;
}

/* In test builds a function of the process's own may have a step fail (tests/targets/faults.c): its address
 * is in the interpreter's dict. */
#ifdef REIMPORT_TEST_HOOKS
static bool test_fails(bool back)
{
    PyObject *dict = interpreter_dict();
    PyObject *address = dict ? obj_item(dict, "reimport.test") : NULL;
    int (*fails)(int) =
        address ? (int (*)(int))(uintptr_t)PyLong_AsUnsignedLongLong(address) : NULL;

    if (!fails || !fails(back))
        return false;
    PyErr_NoMemory();
    return true;
}
#else
static bool test_fails(bool back)
{
    (void)back;
    return false;
}
#endif

static int change(struct entry *e)
{
    return test_fails(false) ? -1 : setter_of(e->kind)(e, e->old, e->new);
}

/* For lack of memory, or because a hook refuses (sys.addaudithook), nothing may stay as it is: some may
 * come. Nobody else may see what is half done, so the GIL is kept meanwhile. */
static int change_back(struct entry *e)
{
    for (int i = 0; i < TRIES_MAX; i++) {
        if (!test_fails(true) && setter_of(e->kind)(e, e->new, e->old) == 0)
            return 0;
        if (i >= REFUSALS_MAX && !PyErr_ExceptionMatches(PyExc_MemoryError))
            return -1;
        wait_for_memory(i);
    }
    PyErr_NoMemory();
    return -1;
}

/* Entries that may need memory or may be refused by the interpreter come first, orders after what is to be
 * put in order; then those that cannot fail; deletions last, because taking a deletion back may need
 * memory. */
enum { LAST_PHASE = 4 };

static int phase(const struct entry *e)
{
    switch (e->kind) {
    case J_BASES:
        return 0;
    case J_TYPEATTR:
    case J_DICTVALUE:
    case J_SETITEM:
        return e->new ? 1 : LAST_PHASE;
    case J_CLASS:
    case J_SEQITEM:
        return 1;
    case J_ORDER:
        return 2;
    default:
        return 3;
    }
}

int journal_add(struct journal *j, enum entry_kind kind, PyObject *owner, PyObject *key,
                Py_ssize_t index, PyObject *old, PyObject *new)
{
    void *entries = array_grown(j->entries, j->count, &j->room, 64, sizeof(*j->entries));

    if (!entries)
        return PyErr_NoMemory(), -1;
    j->entries = entries;
    j->entries[j->count++] = (struct entry){.kind = kind,
                                            .index = index,
                                            .owner = py_new(owner),
                                            .key = py_new(key),
                                            .old = py_new(old),
                                            .new = py_new(new)};
    return 0;
}

int journal_add_lasting(struct journal *j, enum entry_kind kind, PyObject *owner, PyObject *key,
                        Py_ssize_t index, PyObject *old, PyObject *new)
{
    int rc = journal_add(j, kind, owner, key, index, old, new);

    if (rc == 0)
        j->entries[j->count - 1].lasting = true;
    return rc;
}

int journal_note(struct journal *j, enum entry_kind kind, PyObject *owner, PyObject *key,
                 Py_ssize_t index, PyObject *old, PyObject *new)
{
    int rc = journal_add(j, kind, owner, key, index, old, new);

    if (rc == 0)
        j->entries[j->count - 1].noted = true;
    return rc;
}

int journal_note_order(struct journal *j, PyObject *owner)
{
    PY_AUTO PyObject *keys = table_keys(PyType_Check(owner) ? type_dict(owner) : owner);
    return keys ? journal_note(j, J_ORDER, owner, NULL, 0, keys, NULL) : -1;
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

/* Of the process: what it is now nobody knows for certain. */
static bool is_stuck;

bool journal_is_stuck(void)
{
    return is_stuck;
}

/* Takes the pending exception's place. `first`: of those entries. */
static void tell_stuck(Py_ssize_t count, const struct entry *first)
{
    PyErr_Clear();
    PY_AUTO PyObject *name = display_name(first->owner);

    PyErr_Clear();
    PyErr_Format(PyExc_SystemError,
                 "%zd of the changes made could not be taken back after a failure (the first: of "
                 "%S), so the "
                 "process is half changed: restart it",
                 count, name ? name : (PyObject *)Py_TYPE(first->owner));
}

Py_ssize_t journal_unwind(struct journal *j, const struct entry **first)
{
    PyObject *type, *value, *traceback;
    Py_ssize_t stuck = 0;

    PyErr_Fetch(&type, &value, &traceback);
    for (int p = LAST_PHASE; p >= 0; p--)
        for (Py_ssize_t i = j->count - 1; i >= 0; i--) {
            struct entry *e = &j->entries[i];
            if (!e->done || phase(e) != p)
                continue;
            if (change_back(e) < 0) {
                PyErr_Clear();
                if (!stuck++)
                    *first = e;
            }
            e->done = false;
        }
    PyErr_Restore(type, value, traceback);
    return stuck;
}

int journal_apply(struct journal *j)
{
    for (int p = 0; p <= LAST_PHASE; p++)
        for (Py_ssize_t i = 0; i < j->count; i++) {
            struct entry *e = &j->entries[i];
            if (e->noted || phase(e) != p)
                continue;
            if (change(e) < 0) {
                const struct entry *first = NULL;
                Py_ssize_t stuck = journal_unwind(j, &first);
                if (first)
                    tell_stuck(stuck, first);
                is_stuck = is_stuck || first;
                return -1;
            }
            e->done = true;
        }
    return 0;
}

static void release(struct entry *e)
{
    Py_DecRef(e->owner);
    Py_DecRef(e->key);
    Py_DecRef(e->old);
    Py_DecRef(e->new);
}

void journal_drop(struct journal *j, Py_ssize_t count)
{
    while (j->count > count)
        release(&j->entries[--j->count]);
}

void journal_free(struct journal *j)
{
    struct journal own = *j;

    *j = (struct journal){0};
    for (Py_ssize_t i = own.count - 1; i >= 0; i--)
        release(&own.entries[i]);
    PyMem_RawFree(own.entries);
}

/* NULL fields are kept as a shorter tuple would lose their place: a mask says which are there. */
PyObject *journal_freeze(const struct journal *j)
{
    PY_AUTO PyObject *list = PyList_New(0);

    for (Py_ssize_t i = 0; list && i < j->count; i++) {
        const struct entry *e = &j->entries[i];
        if (e->lasting)
            continue;
        long mask = (e->key ? 1 : 0) | (e->old ? 2 : 0) | (e->new ? 4 : 0);
        PY_AUTO PyObject *tuple = PyTuple_New(FROZEN_FIELDS);
        if (!tuple)
            return NULL;
        PyTuple_SetItem(tuple, FROZEN_KIND, PyLong_FromLong(e->kind));
        PyTuple_SetItem(tuple, FROZEN_MASK, PyLong_FromLong(mask));
        PyTuple_SetItem(tuple, FROZEN_INDEX, PyLong_FromSsize_t(e->index));
        PyTuple_SetItem(tuple, FROZEN_OWNER, py_new(e->owner));
        PyTuple_SetItem(tuple, FROZEN_KEY, py_new(e->key ? e->key : Py_None));
        PyTuple_SetItem(tuple, FROZEN_OLD, py_new(e->old ? e->old : Py_None));
        PyTuple_SetItem(tuple, FROZEN_NEW, py_new(e->new ? e->new : Py_None));
        if (PyList_Append(list, tuple) < 0)
            return NULL;
    }
    return PyErr_Occurred() ? NULL : py_steal(&list);
}

int journal_thaw(struct journal *j, PyObject *frozen)
{
    for (Py_ssize_t i = 0; i < PyList_Size(frozen); i++) {
        PyObject *tuple = PyList_GetItem(frozen, i);
        long kind = PyLong_AsLong(PyTuple_GetItem(tuple, FROZEN_KIND));
        long mask = PyLong_AsLong(PyTuple_GetItem(tuple, FROZEN_MASK));
        Py_ssize_t index = PyLong_AsSsize_t(PyTuple_GetItem(tuple, FROZEN_INDEX));
        if (PyErr_Occurred() ||
            journal_add(j, (enum entry_kind)kind, PyTuple_GetItem(tuple, FROZEN_OWNER),
                        mask & 1 ? PyTuple_GetItem(tuple, FROZEN_KEY) : NULL, index,
                        mask & 2 ? PyTuple_GetItem(tuple, FROZEN_OLD) : NULL,
                        mask & 4 ? PyTuple_GetItem(tuple, FROZEN_NEW) : NULL) < 0)
            return -1;
    }
    return 0;
}

bool journal_is_swap(enum entry_kind kind)
{
    return kind == J_DICTSWAP || kind == J_SETSWAP || kind == J_LISTSWAP || kind == J_DEQUESWAP;
}

int journal_invert(struct journal *to, const struct journal *from)
{
    for (Py_ssize_t i = from->count - 1; i >= 0; i--) {
        const struct entry *e = &from->entries[i];
        bool swap = journal_is_swap(e->kind);
        if (e->kind == J_PATCH) {
            if (journal_add(to, J_PATCH, e->owner, NULL, !e->index, e->old, NULL) < 0)
                return -1;
            continue;
        }
        if (journal_add(to, e->kind, e->owner, e->key, e->index, swap ? NULL : e->new,
                        swap ? e->new : e->old) < 0)
            return -1;
    }
    return 0;
}
