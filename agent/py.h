/* The Python API as the agent sees it.
 *
 * Every call goes through one table of pointers. Loaded by `import reimport`, the dynamic linker
 * fills it (all references are weak, so a name that this CPython does not have is NULL). Injected,
 * the command fills it before it writes the image, because a libpython that its host loaded with
 * RTLD_LOCAL is invisible to the dynamic linker. The names are the API's own: build/py_names.h,
 * made from py_api.def, maps each to its table entry.
 *
 * Object structs are never accessed inline: one binary serves every CPython from 3.8 on. */
#ifndef REIMPORT_PY_H
#define REIMPORT_PY_H

#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x03080000
#endif
#include <Python.h>

struct py_api {
#define PY_FN(name) __typeof__(&name) p_##name;
#define PY_EX(ret, name, args) ret(*p_##name) args;
#define PY_EXC(name) PyObject **p_##name;
#define PY_TYPE(name) PyTypeObject *p_##name;
#define PY_OBJ(name) PyObject *p_##name;
#include "py_api.def"
#undef PY_FN
#undef PY_EX
#undef PY_EXC
#undef PY_TYPE
#undef PY_OBJ
};

extern struct py_api py;

/* Copies the linked or the given addresses into `py`. `given` has one address for each line of
 * py_api.def, in order, or is NULL (then the dynamic linker's are taken). */
void py_api_fill(const uint64_t *given);

#ifndef PY_API_NO_NAMES
#include "py_names.h"

/* The header's own versions reach into the object struct. */
#undef Py_INCREF
#undef Py_DECREF
#undef Py_XINCREF
#undef Py_XDECREF
#undef Py_CLEAR
#undef Py_TYPE
#undef Py_REFCNT
#undef Py_SIZE
#define Py_TYPE(o) py_type((PyObject *)(o))
/* The header's inline versions of these call PyType_GetFlags past the table. */
#undef PyType_HasFeature
#undef PyType_FastSubclass
#define PyType_HasFeature(type, flag) ((PyType_GetFlags(type) & (flag)) != 0)
#define PyType_FastSubclass(type, flag) PyType_HasFeature(type, flag)
#undef PyType_Check
#undef PyType_CheckExact
#undef PyObject_TypeCheck
#define PyType_Check(o) PyType_HasFeature(Py_TYPE(o), Py_TPFLAGS_TYPE_SUBCLASS)
#define PyType_CheckExact(o) (Py_TYPE(o) == &PyType_Type)
#define PyObject_TypeCheck(o, type) (Py_TYPE(o) == (type) || PyType_IsSubtype(Py_TYPE(o), type))

/* Borrowed reference to the type of `o`. ob_type is the second word of an object in every build
 * with a GIL; free-threaded builds are refused before any object is touched. */
static inline PyTypeObject *py_type(PyObject *o)
{
    return ((PyTypeObject **)o)[1];
}

/* A new reference to `o`, which may be NULL. */
static inline PyObject *py_new(PyObject *o)
{
    Py_IncRef(o);
    return o;
}

/* Sets *slot to NULL, then releases what it held. */
static inline void py_clear(PyObject **slot)
{
    PyObject *old = *slot;
    *slot = NULL;
    Py_DecRef(old);
}

/* PY_AUTO PyObject *x = NULL;  released when x goes out of scope. */
#define PY_AUTO __attribute__((cleanup(py_clear)))

/* Hands the reference in *slot over to the caller and leaves NULL behind. */
static inline PyObject *py_steal(PyObject **slot)
{
    PyObject *o = *slot;
    *slot = NULL;
    return o;
}
#endif
#endif
