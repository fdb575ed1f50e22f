/* Keeping, applying and unwinding entries. See journal.h. */
#include "journal.h"
#include "bases.h"
#ifdef REIMPORT_TEST_HOOKS
#include "busy.h"
#endif
#include "layout.h"
#include "plan.h"
#include "steps.h"
#include "table.h"
#include "obj.h"

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
    return test_fails(false) ? -1 : step_of(e->kind)(e, e->old, e->new);
}

/* For lack of memory, or because a hook refuses (sys.addaudithook), nothing may stay as it is: some may
 * come. Nobody else may see what is half done, so the GIL is kept meanwhile. */
static int change_back(struct journal *j, struct entry *e)
{
    for (int i = 0;; i++) {
        if (!test_fails(true) && step_of(e->kind)(e, e->new, e->old) == 0)
            return 0;
        if (bases_may_wait(e) && bases_assign(j, true) == 0)
            return 0;
        if (!step_may_retry(i))
            return -1;
        step_wait(i);
    }
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
            if (change_back(j, e) < 0) {
                PyErr_Clear();
                if (!stuck++)
                    *first = e;
            }
            e->done = false;
        }
    PyErr_Restore(type, value, traceback);
    return stuck;
}

/* `lost`: an entry that is half done, or NULL. */
static int give_up(struct journal *j, const struct entry *lost)
{
    const struct entry *first = NULL;
    Py_ssize_t stuck = journal_unwind(j, &first) + (lost ? 1 : 0);

    first = first ? first : lost;
    if (first)
        tell_stuck(stuck, first);
    is_stuck = is_stuck || first;
    return -1;
}

int journal_apply(struct journal *j)
{
    for (int p = 0; p <= LAST_PHASE; p++)
        for (Py_ssize_t i = 0; i < j->count; i++) {
            struct entry *e = &j->entries[i];
            if (e->noted || e->done || phase(e) != p)
                continue;
            int rc = change(e);
            if (rc < 0 && bases_may_wait(e))
                rc = bases_assign(j, false);
            if (rc < 0)
                return give_up(j, rc == BASES_LOST ? e : NULL);
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
