#include "running.h"
#include "layout.h"

/* Since 3.11: f_frame in a frame object (struct _frame in Include/internal/pycore_frame.h). */
enum { FRAME_POINTER = 24 };

/* prev_instr in 3.11's frame (struct _PyInterpreterFrame in Include/internal/pycore_frame.h). */
enum { FRAME_INSTRUCTION_311 = 56 };

PyObject *frame_code(PyObject *frame)
{
    if (!py.p_PyFrame_GetCode)
        return *word_at(frame, layout.frame_code);
    PY_AUTO PyObject *code = (PyObject *)PyFrame_GetCode((struct _frame *)frame);
    return code; /* the frame holds it as well */
}

/* The frame that it returns to, or None: a new reference. Steals the one to `frame`.
 * Where there is no memory for the object of the next frame, 3.11 returns None, with the exception set
 * (PyFrame_GetBack() in Objects/frameobject.c). */
static PyObject *frame_back(PyObject *frame)
{
    PyObject *back = PyObject_GetAttrString(frame, "f_back");

    py_clear(&frame);
    if (back == Py_None && PyErr_Occurred())
        py_clear(&back);
    return back;
}

static int each_of_thread(PyObject *top, PyObject *thread,
                          int (*visit)(PyObject *, PyObject *, void *), void *arg)
{
    PY_AUTO PyObject *frame = py_new(top);

    while (frame && frame != Py_None) {
        int rc = visit(frame, thread, arg);
        if (rc)
            return rc;
        frame = frame_back(frame);
    }
    return frame ? 0 : -1;
}

int frames_each(PyObject *frames, int (*visit)(PyObject *, PyObject *, void *), void *arg)
{
    PyObject *thread, *top;
    Py_ssize_t at = 0;
    int rc = 0;

    while (rc == 0 && PyDict_Next(frames, &at, &thread, &top))
        rc = each_of_thread(top, thread, visit, arg);
    return rc;
}

const char *frame_inner(PyObject *frame)
{
    return *(const char **)word_at(frame, FRAME_POINTER);
}

bool is_suspended(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);
    return type == &PyGen_Type || type == &PyCoro_Type || type == &PyAsyncGen_Type;
}

PyObject *suspended_code(PyObject *o)
{
    uintptr_t word = (uintptr_t)*word_at(o, layout.generator.code);
    return (PyObject *)(word & ~(uintptr_t)3);
}

bool suspended_has_ended(PyObject *o)
{
    if (layout.version < 0x030b)
        return !*word_at(o, layout.generator.frame);
    char state = *(char *)word_at(o, layout.generator.state);
    return state == layout.generator.ended || state == layout.generator.closed;
}

/* As PyFrame_GetLineNumber() finds it. 3.11 has the instructions where the code object's fixed part ends
 * (PyCode_Type in Objects/codeobject.c), and no function for a frame without an object. */
static int inner_line(PyObject *o)
{
    PyObject *code = suspended_code(o);
    char *frame = (char *)word_at(o, layout.generator.frame);

    if (layout.version > 0x030b)
        return PyUnstable_InterpreterFrame_GetLine(frame);
    const char *first = (char *)word_at(code, number_at(&PyCode_Type, TYPE_BASICSIZE));
    const char *at = (char *)*word_at(frame, FRAME_INSTRUCTION_311);
    return PyCode_Addr2Line((PyCodeObject *)code, (int)(at - first));
}

PyObject *suspended_line(PyObject *o)
{
    if (layout.version < 0x030b) /* this attribute raises no event */
        return PyObject_GetAttrString(*word_at(o, layout.generator.frame), "f_lineno");
    int line = inner_line(o);
    return line < 0 ? py_new(Py_None) : PyLong_FromLong(line);
}
