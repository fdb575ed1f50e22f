/* Step 2: everything is compiled before anything is touched. */
#include "core.h"
#include "gil.h"
#include "script.h"
#include "importing.h"
#include "obj.h"
#include "rt.h"

/* A syntax error is told as Python tells it for a script: without the frames of the import system.
 */
static void drop_traceback(void)
{
    PyObject *type;
    PyObject *value;
    PyObject *tb;

    if (!PyErr_ExceptionMatches(PyExc_SyntaxError))
        return;
    PyErr_Fetch(&type, &value, &tb);
    PyErr_NormalizeException(&type, &value, &tb);
    if (value)
        PyException_SetTraceback(value, Py_None);
    Py_DecRef(tb);
    PyErr_Restore(type, value, NULL);
}

/* 1: compiled; 0: the unit is gone; -1. */
static int compile_unit(struct reimport *r, struct unit *unit, PyObject *specs)
{
    PY_AUTO PyObject *found = NULL;
    PyObject *code;

    if (script_room(COMPILE_ROOM_MB) < 0)
        return -1;
    found =
        PyObject_CallFunctionObjArgs(obj_item(r->finder_ns, "compile_unit"), unit->name, unit->old,
                                     specs, unit->implied ? Py_True : Py_False, NULL);
    if (!found) {
        drop_traceback();
        return -1;
    }
    if (found == Py_None)
        return 0;
    unit->spec = py_new(PyTuple_GetItem(found, 0));
    code = PyTuple_GetItem(found, 1);
    unit->code = code == Py_None ? NULL : py_new(code);
    return 1;
}

int unit_set_aside(struct reimport *r, Py_ssize_t at)
{
    struct unit unit = r->units[at];

    if (PyDict_SetItem(r->gone, unit.name, unit.old) < 0)
        return -1;
    for (Py_ssize_t i = at; i + 1 < r->count; i++)
        r->units[i] = r->units[i + 1];
    r->count--;
    Py_DecRef(unit.name);
    Py_DecRef(unit.old);
    Py_DecRef(unit.spec);
    Py_DecRef(unit.code);
    return 0;
}

int compile_units(struct reimport *r)
{
    PY_AUTO PyObject *specs = PyDict_New();
    PY_AUTO PyObject *done = NULL;

    r->finder_ns = script_finder();
    r->gone = PyDict_New();
    if (!specs || !r->finder_ns || !r->gone)
        return -1;
    done = PyObject_CallFunctionObjArgs(obj_item(r->finder_ns, "invalidate"), NULL);
    if (!done)
        return -1;
    for (Py_ssize_t i = 0; i < r->count;) {
        int64_t start = rt_monotonic_ns();
        int rc = compile_unit(r, &r->units[i], specs);

        gil_note_hold(&r->pause_ms, start); /* compiling holds it */
        if (rc < 0 || (rc == 0 && unit_set_aside(r, i) < 0))
            return -1;
        i += rc;
    }
    return 0;
}
