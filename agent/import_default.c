/* Until an import phase of its own is linked: sys.modules goes back to the old module objects. */
#include "core.h"

__attribute__((weak)) int import_plan_modules(struct reimport *r)
{
    py_clear(&r->modules_after);
    r->modules_after = PyDict_Copy(PyImport_GetModuleDict());
    for (Py_ssize_t i = 0; r->modules_after && i < r->count; i++) {
        const struct unit *u = &r->units[i];
        PyObject *module = u->callback == CALLBACK_FALSE ? u->fresh : u->old;
        if (PyDict_SetItem(r->modules_after, u->name, module) < 0)
            return -1;
    }
    return r->modules_after ? 0 : -1;
}
