#include "codec.h"
#include "wire.h"

/* ---- decoding ---- */

static PyObject *get_value(struct wire_in *in, int depth);

static PyObject *refuse(void)
{
    PyErr_SetString(PyExc_ValueError, "the request is malformed");
    return NULL;
}

static PyObject *get_list(struct wire_in *in, uint32_t count, int depth)
{
    PY_AUTO PyObject *list = PyList_New(0);

    for (uint32_t i = 0; list && i < count; i++) {
        PY_AUTO PyObject *value = get_value(in, depth);

        if (!value || PyList_Append(list, value) < 0)
            return NULL;
    }
    return py_steal(&list);
}

static PyObject *get_map(struct wire_in *in, uint32_t count, int depth)
{
    PY_AUTO PyObject *map = PyDict_New();

    for (uint32_t i = 0; map && i < count; i++) {
        PY_AUTO PyObject *key = get_value(in, depth);
        PY_AUTO PyObject *value = key ? get_value(in, depth) : NULL;

        if (!value)
            return NULL;
        if (!PyUnicode_Check(key))
            return refuse();
        if (PyDict_SetItem(map, key, value) < 0)
            return NULL;
    }
    return py_steal(&map);
}

static PyObject *get_value(struct wire_in *in, int depth)
{
    struct wire_item item = wire_get(in);

    if (depth >= WIRE_DEPTH_MAX)
        return refuse();
    switch (item.kind) {
    case WIRE_NULL:
        return py_new(Py_None);
    case WIRE_FALSE:
    case WIRE_TRUE:
        return PyBool_FromLong(item.kind == WIRE_TRUE);
    case WIRE_INT:
        return PyLong_FromLongLong(item.i);
    case WIRE_FLOAT:
        return PyFloat_FromDouble(item.d);
    case WIRE_STRING:
        return PyUnicode_DecodeUTF8(item.s, item.n, "surrogateescape");
    case WIRE_LIST:
        return get_list(in, item.count, depth + 1);
    case WIRE_MAP:
        return get_map(in, item.count, depth + 1);
    case WIRE_BAD:
        break;
    }
    return refuse();
}

PyObject *codec_decode(const uint8_t *bytes, size_t n)
{
    struct wire_in in = {.at = bytes, .end = bytes + n};
    PY_AUTO PyObject *value = get_value(&in, 0);

    if (!value)
        return NULL;
    return in.at == in.end ? py_steal(&value) : refuse();
}

/* ---- encoding ---- */

static int put_value(struct wire_out *out, PyObject *value, int depth);

static int put_string(struct wire_out *out, PyObject *s)
{
    PY_AUTO PyObject *bytes = PyUnicode_AsEncodedString(s, "utf-8", "backslashreplace");

    if (!bytes)
        return -1;
    wire_put_string(out, PyBytes_AsString(bytes), (size_t)PyBytes_Size(bytes));
    return 0;
}

static int put_sequence(struct wire_out *out, PyObject *sequence, int depth)
{
    Py_ssize_t n = PySequence_Size(sequence);

    wire_put_list(out, (uint32_t)n);
    for (Py_ssize_t i = 0; i < n; i++) {
        PY_AUTO PyObject *item = PySequence_GetItem(sequence, i);

        if (!item || put_value(out, item, depth) < 0)
            return -1;
    }
    return 0;
}

static int put_map(struct wire_out *out, PyObject *map, int depth)
{
    PyObject *key;
    PyObject *value;
    Py_ssize_t at = 0;

    wire_put_map(out, (uint32_t)PyDict_Size(map));
    while (PyDict_Next(map, &at, &key, &value)) {
        if (!PyUnicode_Check(key)) {
            PyErr_SetString(PyExc_TypeError, "a key of the report is no str");
            return -1;
        }
        if (put_string(out, key) < 0 || put_value(out, value, depth) < 0)
            return -1;
    }
    return 0;
}

static int put_int(struct wire_out *out, PyObject *value)
{
    long long i = PyLong_AsLongLong(value);

    if (i == -1 && PyErr_Occurred())
        return -1;
    wire_put_int(out, i);
    return 0;
}

static int put_type_name(struct wire_out *out, PyObject *value)
{
    PY_AUTO PyObject *name = PyObject_GetAttrString((PyObject *)Py_TYPE(value), "__name__");

    return name && PyUnicode_Check(name) ? put_string(out, name) : -1;
}

static int put_value(struct wire_out *out, PyObject *value, int depth)
{
    if (depth >= WIRE_DEPTH_MAX) {
        PyErr_SetString(PyExc_ValueError, "the report is too deep");
        return -1;
    }
    if (value == Py_None)
        wire_put_null(out);
    else if (value == Py_True || value == Py_False)
        wire_put_bool(out, value == Py_True);
    else if (PyLong_Check(value))
        return put_int(out, value);
    else if (Py_TYPE(value) == &PyFloat_Type)
        wire_put_float(out, PyFloat_AsDouble(value));
    else if (PyUnicode_Check(value))
        return put_string(out, value);
    else if (PyList_Check(value) || PyTuple_Check(value))
        return put_sequence(out, value, depth + 1);
    else if (PyDict_Check(value))
        return put_map(out, value, depth + 1);
    else
        return put_type_name(out, value);
    return 0;
}

uint8_t *codec_encode(PyObject *value, size_t *n)
{
    struct wire_out size = {0};
    struct wire_out out = {0};

    if (put_value(&size, value, 0) < 0)
        return NULL;
    if (size.len > WIRE_VALUE_MAX) {
        PyErr_SetString(PyExc_OverflowError, "the report is too long");
        return NULL;
    }
    out = (struct wire_out){.buf = PyMem_RawMalloc(size.len), .cap = size.len};
    if (!out.buf) {
        PyErr_NoMemory();
        return NULL;
    }
    if (put_value(&out, value, 0) < 0 || out.len != size.len) {
        PyMem_RawFree(out.buf);
        return NULL;
    }
    *n = out.len;
    return out.buf;
}
