/* The memory layout of instances: which classes have the same, as CPython sees it. */
#ifndef REIMPORT_SHAPE_H
#define REIMPORT_SHAPE_H

#include "py.h"
#include <stdbool.h>

/* The base that decides the layout: the last class in the tp_base chain that adds fields
 * (Objects/typeobject.c, solid_base and best_base). Borrowed. NULL if one of `bases` is no class. */
PyTypeObject *shape_solid_base(PyTypeObject *type);
PyTypeObject *shape_best_base(PyObject *bases);
/* True if one class can derive from all of them: the layout of `best`, the best base, has that of each. */
bool shape_bases_agree(PyTypeObject *best, PyObject *bases);

/* The last ancestor that no Python code made. Borrowed. */
PyTypeObject *shape_builtin_base(PyTypeObject *type);

/* The class from which `type` has its layout; NULL for `object`. Borrowed. */
PyTypeObject *shape_base(PyTypeObject *type);

/* True if an instance of one can become an instance of the other as it stands: same size, same slots
 * at the same places, same built-in ancestor. */
bool shape_equal(PyTypeObject *a, PyTypeObject *b);

/* True if instances laid out as `old` lays them out can do all that `new` asks of its own: they have a
 * dict and a weak reference list where it has, and each of its slots, or a dict in its place. */
bool shape_serves(PyTypeObject *old, PyTypeObject *new);

/* True if instances laid out as `old` lays them out, which serve `new`, have a dict that its own have not, or in
 * place of slots. */
bool shape_serves_by_dict(PyTypeObject *old, PyTypeObject *new);

/* True if a class whose class is `a` can become one of class `b`. */
bool shape_same_metaclass(PyTypeObject *a, PyTypeObject *b);

/* True if instances of `type` have every slot of `base` and of its bases, where those have it. */
bool shape_holds(PyTypeObject *type, PyTypeObject *base);

/* True if `type` may have `bases` and keep its instances. False if one of them is no class. */
bool shape_allows_bases(PyTypeObject *type, PyObject *bases);

/* True if an instance of `type` consists of nothing but slots, a dict and weak references. */
bool shape_is_open(PyTypeObject *type);

/* The byte offset at which instances of `type` have the slot of that name, or -1. */
Py_ssize_t shape_slot(PyTypeObject *type, PyObject *name);

/* True for the descriptor of a slot; not for NULL. */
bool shape_is_member(PyObject *o);
/* The offset of the slot whose descriptor that is. */
Py_ssize_t shape_slot_offset(PyObject *descriptor);

/* Calls visit(name, offset, arg) for every slot of `type` that can be reached by its name. A nonzero
 * answer ends it, and is returned. */
int shape_each_slot(PyTypeObject *type, int (*visit)(PyObject *, Py_ssize_t, void *), void *arg);

/* True if the class attribute is the descriptor of a slot or of __dict__ or __weakref__, which belongs
 * to the layout and is never moved. */
bool shape_is_slot(PyObject *descriptor);

#endif
