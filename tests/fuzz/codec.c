/* Values as Python objects and back, in a real interpreter: agent/codec.c. */
#include "codec.h"

#include "fuzz.h"
#include "mutate.h"

static void start(void)
{
    static bool started;

    if (started)
        return;
    started = true;
    setenv("PYTHONMALLOC", "malloc", 1); /* so that the sanitizer sees every object */
    Py_InitializeEx(0);
    py_api_fill(NULL);
}

static uint8_t *encode(PyObject *value, size_t *n)
{
    uint8_t *bytes = codec_encode(value, n);

    REQUIRE((bytes == NULL) == (PyErr_Occurred() != NULL));
    return bytes;
}

/* A value written, read and written again is the same: only the first reading may lose something
 * (a key that is there twice, bytes that are no UTF-8). */
static void check(PyObject *value)
{
    size_t n, n_again;
    uint8_t *bytes = encode(value, &n), *again;
    PyObject *copy;

    REQUIRE(bytes != NULL);
    copy = codec_decode(bytes, n);
    REQUIRE(copy != NULL);
    again = encode(copy, &n_again);
    REQUIRE(again && n == n_again && memcmp(bytes, again, n) == 0);
    Py_DecRef(copy);
    PyMem_RawFree(bytes);
    PyMem_RawFree(again);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_value(data, size, max, seed, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    PyObject *value;

    start();
    value = codec_decode(data, size);
    REQUIRE((value == NULL) == (PyErr_Occurred() != NULL));
    if (value)
        check(value);
    else
        REQUIRE(PyErr_ExceptionMatches(PyExc_ValueError));
    PyErr_Clear();
    Py_DecRef(value);
    return 0;
}
