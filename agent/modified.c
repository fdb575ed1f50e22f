#include "core.h"

PyObject *modified(PyObject *paths)
{
    (void)paths;
    return PyList_New(0);
}
