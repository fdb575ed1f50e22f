/* Values of wire.h as Python objects, and back. All need the GIL. */
#ifndef REIMPORT_CODEC_H
#define REIMPORT_CODEC_H

#include "py.h"
#include <stddef.h>
#include <stdint.h>

/* Decodes one value that fills `bytes`: a new reference, or NULL with an exception. */
PyObject *codec_decode(const uint8_t *bytes, size_t n);

/* Encodes None, bool, int, float, str, list, tuple or a dict with str keys into memory from
 * PyMem_RawMalloc, which the caller frees; NULL with an exception. What UTF-8 cannot express in a
 * string is escaped with backslashes; an object of another type is told as its type's name. */
uint8_t *codec_encode(PyObject *value, size_t *n);

#endif
