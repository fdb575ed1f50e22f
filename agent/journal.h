/* The journal: every change that a reimport makes to an object that existed before, planned first,
 * applied in order, unwound backwards. Only the setters of its entries mutate (steps.h).
 *
 * An entry holds its own references to all that it names, so applying or unwinding one never drops
 * the last reference to anything; what is released is released by journal_free(), after the commit.
 * Applying runs no Python code. Entries that can fail (they may have to allocate) are applied before
 * those that cannot: journal_apply() sorts by that. */
#ifndef REIMPORT_JOURNAL_H
#define REIMPORT_JOURNAL_H

#include "ptrmap.h"
#include "py.h"
#include <stdbool.h>

enum entry_kind {
    J_TYPEATTR =
        1, /* class attribute: owner, key (name), old, new; NULL means absent; index J_COMPUTED:
                       not in the class's dict, type's own setter knows where it is */
    J_BASES, /* class bases: owner, old and new (tuples); index J_ADDED: an undo leaves a class without
                them, if nothing is left of it, that came with the import */
    J_CLASS,     /* an object's class: owner, old and new (types) */
    J_METACLASS, /* a class's class, past what assignment allows: owner, old and new (types) */
    J_DICTVALUE, /* dict entry: owner, key, old, new; NULL means absent */
    J_LISTITEM,  /* list[index]: owner, old, new */
    J_CELL,      /* cell contents: owner, old, new; NULL means empty */
    J_WORD,      /* an owned reference in the object at byte offset `index`; NULL allowed */
    J_CODE,      /* as J_WORD, a field of a function on which the interpreter has caches */
    J_SEQITEM,   /* deque[index]: owner, old, new */
    J_SETITEM,   /* set member: owner, old, new; NULL means absent */
    J_NUMBER,    /* a plain machine word at byte offset `index`: old, new (ints) */
    J_DICTSWAP,  /* contents of two dicts change places: owner, new (the other dict) */
    J_SETSWAP,   /* contents of two sets change places: owner, new (the other set) */
    J_LISTSWAP,  /* contents of two lists change places: owner, new (the other list) */
    J_WEAKREF,   /* a weak reference (owner) to `old` becomes one to `new` */
    J_DEQUESWAP, /* contents of two deques change places: owner, new (the other deque) */
    J_PATCH,     /* only for the record: old is what patch.c says of a container (owner); index 0 if
                    that was done, 1 if it was taken back */
    J_TYPEMOD,   /* only tells the interpreter that a class changed: owner */
    J_MATCH,     /* the bits TPFLAGS_MATCH of a class's flags (owner): old, new (ints) */
    J_ORDER, /* the keys of a dict, or of a class (owner), in their order: old and new (tuples); NULL: in
                any. A dict that shares its keys with others gets its own */
    J_KINDS
};

enum { J_COMPUTED = 1, J_ADDED = 1 };

struct entry {
    enum entry_kind kind;
    bool done;
    bool lasting; /* not for the record: an undo must leave it */
    bool noted;   /* only for the record: what a lasting entry does, as an undo takes it back */
    Py_ssize_t index;
    PyObject *owner, *key, *old, *new; /* owned */
};

struct journal {
    struct entry *entries;
    Py_ssize_t count, room;
};

/* Appends an entry; takes new references. -1 with MemoryError. Nothing is changed yet. */
int journal_add(struct journal *j, enum entry_kind kind, PyObject *owner, PyObject *key,
                Py_ssize_t index, PyObject *old, PyObject *new);
/* The same, for an entry that an undo must leave; and for one that only the record is to have. */
int journal_add_lasting(struct journal *j, enum entry_kind kind, PyObject *owner, PyObject *key,
                        Py_ssize_t index, PyObject *old, PyObject *new);
int journal_note(struct journal *j, enum entry_kind kind, PyObject *owner, PyObject *key,
                 Py_ssize_t index, PyObject *old, PyObject *new);

/* Only for the record: the order of the keys that the dict, or class, has now, which an undo brings back. */
int journal_note_order(struct journal *j, PyObject *owner);

/* Takes the entries from number `count` on back out; none of them was applied. */
void journal_drop(struct journal *j, Py_ssize_t count);

/* Makes sure that the contents of two dicts can be swapped without memory (both are tracked by the
 * collector, and no dict watcher is left believing in the old contents). May allocate. -1 if they
 * cannot: then change single entries instead. */
int journal_prepare_swap(PyObject *dict);

/* What is in the exact dict `full` goes into `empty`, a new one; none of it is released. Not where `full` shares its
 * keys with an object: nothing is done then. */
void journal_empty_dict(PyObject *full, PyObject *empty);

/* Applies all entries. On failure unwinds what was applied and returns -1 with the exception; SystemError
 * if something could not be unwound: journal_is_stuck() then. */
int journal_apply(struct journal *j);
/* True if the process is half changed for good. */
bool journal_is_stuck(void);

/* Unwinds the applied entries, last first; only where an owner still holds what the entry put there.
 * Waits for memory, a second at most for each. Returns how many could not be unwound, and the first of them in
 * *first, which is left alone otherwise. Keeps the pending exception. */
Py_ssize_t journal_unwind(struct journal *j, const struct entry **first);

/* Releases everything; may run finalizers, so only when nothing is half done. */
void journal_free(struct journal *j);

/* The entries that are not lasting, as a list of tuples, to be kept in the interpreter, and back. New reference. */
enum frozen_field {
    FROZEN_KIND,
    FROZEN_MASK,
    FROZEN_INDEX,
    FROZEN_OWNER,
    FROZEN_KEY,
    FROZEN_OLD,
    FROZEN_NEW,
    FROZEN_FIELDS
};
PyObject *journal_freeze(const struct journal *j);
int journal_thaw(struct journal *j, PyObject *frozen);

/* True for the kinds whose `new` is a container that only the journal holds. */
bool journal_is_swap(enum entry_kind kind);

/* True if the place still holds what the entry expects there. */
bool journal_current(const struct entry *e);

/* Appends to `to` the entries that take `from` (applied, in order) back. */
int journal_invert(struct journal *to, const struct journal *from);

/* Reads or writes a class's own dict entry without running metaclass hooks. Borrowed or NULL. */
PyObject *type_dict(PyObject *type);
/* True if the type is called so in C (tp_name): for types that the API does not export. */
bool type_named(PyTypeObject *type, const char *name);
PyObject *type_own(PyObject *type, PyObject *name);
/* The bits TPFLAGS_MATCH of a class. */
size_t type_match(PyTypeObject *type);

#endif
