/* __reimported__(old): a new module's own say in how it follows the old one. */
#include "importing.h"
#include "obj.h"
#include "report.h"

/* As traceback.print_exc() does; a standard error that is closed or missing is not our concern. An exception is set if
 * something else than an Exception was raised. */
static void print(PyObject *text)
{
    PyObject *file = PySys_GetObject("stderr");
    PY_AUTO PyObject *keep = file && file != Py_None ? py_new(file) : NULL;
    PyObject *done = keep ? PyObject_CallMethod(keep, "write", "O", text) : NULL;

    if (done) { /* 3.8 keeps it back otherwise */
        Py_DecRef(done);
        done = PyObject_CallMethod(keep, "flush", NULL);
    }
    if (!done && PyErr_ExceptionMatches(PyExc_Exception))
        PyErr_Clear();
    Py_DecRef(done);
}

static int note_exception(struct unit *unit)
{
    PyObject *type;
    PyObject *value;
    PyObject *tb;

    if (!PyErr_ExceptionMatches(PyExc_Exception))
        return -1;
    unit->callback = CALLBACK_RAISED;
    PyErr_Fetch(&type, &value, &tb);
    PyErr_NormalizeException(&type, &value, &tb);
    unit->callback_error = report_traceback(value, tb);
    Py_DecRef(type);
    Py_DecRef(value);
    Py_DecRef(tb);
    if (!unit->callback_error)
        return -1;
    print(unit->callback_error);
    return PyErr_Occurred() ? -1 : 0;
}

static int run(struct reimport *r, struct unit *unit)
{
    PyObject *function = obj_global(unit->fresh, "__reimported__");
    PY_AUTO PyObject *keep = py_new(function);
    PY_AUTO PyObject *answer = NULL;
    int yes, told;

    if (!function || unit->foreign)
        return 0;
    import_enter(r);
    answer = PyObject_CallFunctionObjArgs(function, unit->old, NULL);
    yes = answer ? PyObject_IsTrue(answer) : -1;
    told = yes < 0 ? note_exception(unit) : 0; /* in code of the process, too */
    answer = import_leave(r, answer);
    if (r->given_up || told < 0)
        return -1;
    if (yes >= 0)
        unit->callback = yes ? CALLBACK_TRUE : CALLBACK_FALSE;
    return 0;
}

int callbacks_run(struct reimport *r)
{
    for (Py_ssize_t i = r->count - 1; i >= 0; i--)
        if (import_may_go_on(r) < 0 || run(r, &r->units[i]) < 0)
            return -1;
    return 0;
}
