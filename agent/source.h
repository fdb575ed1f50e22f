/* Where a loaded module came from, and so whether it can be reimported. */
#ifndef REIMPORT_SOURCE_H
#define REIMPORT_SOURCE_H

#include "obj.h"

enum source {
    SOURCE_PYTHON,    /* Python source or bytecode, or a namespace package: can be reimported */
    SOURCE_OBJECT,    /* sys.modules has something that is no module */
    SOURCE_BUILTIN,   /* compiled into the interpreter */
    SOURCE_EXTENSION, /* a shared library */
    SOURCE_FROZEN,    /* frozen, and its source is not on disk */
    SOURCE_IMPORT,    /* the import system itself */
    SOURCE_LAZY,      /* made by importlib.util.LazyLoader: its source runs at its first use */
    SOURCE_NONE,      /* made by hand, typed in, or given with -c */
};

/* Looks only at what the import system left in the module; runs no code of the module. */
enum source source_of(PyObject *module);

/* Sets ValueError: module `name` cannot be reimported because of its source. */
void source_refuse(PyObject *name, PyObject *module, enum source source);

#endif
