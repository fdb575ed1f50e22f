/* Small helpers over the Python API. All need the GIL. */
#ifndef REIMPORT_OBJ_H
#define REIMPORT_OBJ_H

#include "py.h"
#include <stdbool.h>

/* A function written in Python. */
static inline bool is_function(PyObject *o)
{
    return Py_TYPE(o) == &PyFunction_Type;
}

/* A class made by Python code, or as such are. */
static inline bool is_class(PyObject *o)
{
    return PyType_Check(o) && PyType_HasFeature((PyTypeObject *)o, Py_TPFLAGS_HEAPTYPE);
}

/* Looks up an attribute. 1: found, *value is a new reference; 0: there is none, no exception is
 * set; -1: an exception is set. */
int obj_attr(PyObject *o, const char *name, PyObject **value);

/* Borrowed reference to a global of `module`, or NULL without an exception. Runs no code of the
 * module (no __getattr__). */
PyObject *obj_global(PyObject *module, const char *name);

/* Borrowed reference to the value under `key` in a dict, or NULL without an exception: then there is
 * none. Lack of memory does not make it fail, as it does PyDict_GetItemString, which keeps that to itself:
 * a request's "dry_run" must not be lost so. */
PyObject *obj_item(PyObject *dict, const char *key);

/* Sets dict[key] to `value`, which it steals (NULL: an exception is set already). 0 or -1. */
int obj_put(PyObject *dict, const char *key, PyObject *value);

/* Borrowed reference to what is loaded under `name` in sys.modules, or NULL without an exception.
 */
PyObject *obj_loaded(const char *name);

/* True if the list holds that very object. */
bool list_has(PyObject *list, PyObject *o);

/* True if `s` is a str that starts with the ASCII `prefix`. */
bool obj_starts(PyObject *s, const char *prefix);

/* True if `s` is a str that equals the ASCII `text`. */
bool obj_is(PyObject *s, const char *text);
/* True for two str with the same characters. */
bool obj_same_text(PyObject *a, PyObject *b);

#endif
