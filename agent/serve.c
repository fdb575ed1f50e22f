/* Serves one request: see serve.h. */
#include "py.h"

#include "serve.h"
#include "wire.h"

static void put_text(struct wire_out *out, const char *s)
{
    size_t n = 0;

    while (s[n])
        n++;
    wire_put_string(out, s, n);
}

static void answer(struct wire_out *out)
{
    PyObject *frames = _PyThread_CurrentFrames();

    wire_put_map(out, 2);
    put_text(out, "python");
    put_text(out, Py_GetVersion());
    put_text(out, "threads");
    wire_put_int(out, frames ? PyDict_Size(frames) : -1);
    if (!frames)
        PyErr_Clear();
    Py_DecRef(frames);
}

void serve(struct serve_link *link)
{
    uint8_t reply[512];
    struct wire_out out = {.buf = reply, .cap = sizeof(reply)};
    size_t n;
    uint8_t *request = link_receive(link, &n, PyMem_RawMalloc, PyMem_RawFree);
    PyGILState_STATE gil;

    if (!request)
        return;
    PyMem_RawFree(request);
    gil = PyGILState_Ensure();
    if (link_open(link) && link_take_permit(link))
        answer(&out);
    PyGILState_Release(gil);
    if (out.len && out.len <= out.cap)
        link_send(link, reply, out.len);
}
