/* What a reimport did to a container of the process, entry by entry: an undo finds these among what the
 * program has put there since, and a redo finds their places again. One J_PATCH entry of the journal for
 * each container takes the place of all others that change it, in the record. */
#ifndef REIMPORT_PATCH_H
#define REIMPORT_PATCH_H

#include "plan.h"

/* One change: side 0 is as it was before the reimport, side 1 as it is after. Borrowed references. */
struct change {
    PyObject
        *key[2]; /* of a dict, or the item of a set; NULL in a list or deque, or if not there */
    PyObject *value[2]; /* NULL: not there */
    PyObject *prev[2];  /* the key or item before it; NULL: none */
    PyObject *next[2];  /* the key after it; NULL: none, or in a list or deque */
    Py_hash_t hash[2];  /* of the key */
    Py_ssize_t at[2];   /* where in a list or deque it is, or would be */
};

/* From number `from` on the journal has what is planned for this container: adds what the record is to
 * have of it. */
int patch_dict(struct plan *p, PyObject *dict, Py_ssize_t from);
int patch_set(struct plan *p, PyObject *set, Py_ssize_t from);
/* `there`: of list_find_there(). */
int patch_list(struct plan *p, PyObject *list, Py_ssize_t from, const struct ptrmap *there);
int patch_deque(struct plan *p, PyObject *deque, Py_ssize_t from);

/* Plans to take back (index 1) or to do again (index 0) what the entry says. What is not as it was left is
 * reported. Comes after all else that an undo plans; what that planned from number `from` on, for instances
 * that others replace, gives way. */
int patch_back(struct plan *p, const struct entry *e, Py_ssize_t from);

/* As the record keeps it: a tuple; and back. */
PyObject *change_freeze(const struct change *c);
void change_thaw(PyObject *frozen, struct change *c);

#endif
