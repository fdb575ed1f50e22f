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

enum compiled { FAILED = -1, GONE, COMPILED, LEFT_ALONE };

static enum compiled compile_unit(struct reimport *r, struct unit *unit, PyObject *specs)
{
    PY_AUTO PyObject *found = NULL;
    PyObject *code, *source;

    if (script_room(COMPILE_ROOM_MB) < 0)
        return FAILED;
    found =
        PyObject_CallFunctionObjArgs(obj_item(r->finder_ns, "compile_unit"), unit->name, unit->old,
                                     specs, unit->implied ? Py_True : Py_False, NULL);
    if (!found) {
        drop_traceback();
        return FAILED;
    }
    if (found == Py_None || found == Py_False)
        return found == Py_None ? GONE : LEFT_ALONE;
    unit->spec = py_new(PyTuple_GetItem(found, 0));
    code = PyTuple_GetItem(found, 1);
    unit->code = code == Py_None ? NULL : py_new(code);
    source = PyTuple_GetItem(found, 2);
    unit->source = source == Py_None ? NULL : py_new(source);
    return COMPILED;
}

static void drop_unit(struct reimport *r, Py_ssize_t at)
{
    struct unit unit = r->units[at];

    for (Py_ssize_t i = at; i + 1 < r->count; i++)
        r->units[i] = r->units[i + 1];
    r->count--;
    Py_DecRef(unit.name);
    Py_DecRef(unit.old);
    Py_DecRef(unit.spec);
    Py_DecRef(unit.code);
    Py_DecRef(unit.source);
}

int unit_set_aside(struct reimport *r, Py_ssize_t at)
{
    if (PyDict_SetItem(r->gone, r->units[at].name, r->units[at].old) < 0)
        return -1;
    drop_unit(r, at);
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
        enum compiled compiled = compile_unit(r, &r->units[i], specs);

        gil_note_hold(&r->pause_ms, start); /* compiling holds it */
        if (compiled == FAILED || (compiled == GONE && unit_set_aside(r, i) < 0))
            return -1;
        if (compiled == LEFT_ALONE)
            drop_unit(r, i);
        i += compiled == COMPILED;
    }
    return 0;
}
