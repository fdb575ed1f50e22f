/* The table of Python API addresses: see py.h. This is the one file that names the symbols
 * themselves, all of them weak. */
#define PY_API_NO_NAMES
#include "py.h"

extern char _PyRuntime[]; /* which the limited API does not show */

#define PY_FN(name) extern __typeof__(name) name __attribute__((weak));
#define PY_EX(ret, name, args) extern ret name args __attribute__((weak));
#define PY_EXC(name) extern PyObject *name __attribute__((weak));
#define PY_TYPE(name) extern PyTypeObject name __attribute__((weak));
#define PY_OBJ(name) extern __typeof__(name) name __attribute__((weak));
#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* what only old versions need */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wredundant-decls"
#include "py_api.def"
#pragma GCC diagnostic pop
#undef PY_FN
#undef PY_EX
#undef PY_EXC
#undef PY_TYPE
#undef PY_OBJ

static const struct py_api linked = {
#define PY_FN(name) .p_##name = &name,
#define PY_EX(ret, name, args) .p_##name = &name,
#define PY_EXC(name) .p_##name = &name,
#define PY_TYPE(name) .p_##name = &name,
#define PY_OBJ(name) .p_##name = (PyObject *)&name,
#include "py_api.def"
};

struct py_api py;

void py_api_fill(const uint64_t *given)
{
    const uint64_t *from = given ? given : (const uint64_t *)&linked;
    uint64_t *to = (uint64_t *)&py;

    _Static_assert(sizeof(struct py_api) % sizeof(uint64_t) == 0, "one word for each name");
    for (size_t i = 0; i < sizeof(py) / sizeof(uint64_t); i++)
        to[i] = from[i];
}
