/* Serves one request: see serve.h.
 *
 * request: {"op": "reimport"|"undo"|"status"|"search", "modules": [str], "modified": bool, "paths": [str],
 * "dry_run": bool, "code_only": bool, "if_loaded": bool, "timeout_ms": int, "interpreter": null,
 * "verbose": bool}
 * reply: the keys of design section 2 but for "pid", "stopped" and "total", which the command adds.
 */
#include "serve.h"
#include "codec.h"
#include "core.h"
#include "gil.h"
#include "modified.h"
#include "obj.h"
#include "report.h"
#include "watch.h"
#include "wire.h"

static bool gate_open(void *link)
{
    return link_open(link);
}

static bool gate_permit(void *link)
{
    return link_take_permit(link);
}

/* ---- what is asked ---- */

static bool flag(PyObject *request, const char *key)
{
    return obj_item(request, key) == Py_True;
}

/* The modules modified below the request's paths: a new list; ValueError for a path below which
 * nothing is loaded, unless the request lets that pass: then *unloaded lists such paths. */
static PyObject *names_modified(PyObject *request, PyObject *paths, PyObject **unloaded)
{
    PY_AUTO PyObject *names = modified_below(paths, unloaded);

    if (!names || PyList_Size(*unloaded) == 0 || flag(request, "if_loaded"))
        return py_steal(&names);
    PyErr_Format(PyExc_ValueError, "no module of this process comes from '%U'",
                 PyList_GetItem(*unloaded, 0));
    return NULL;
}

/* The names that the request is about: a new list. */
static PyObject *names_of(PyObject *request, PyObject **unloaded)
{
    PyObject *names = obj_item(request, flag(request, "modified") ? "paths" : "modules");

    if (!names || !PyList_Check(names)) {
        PyErr_SetString(PyExc_ValueError, "the request is malformed");
        return NULL;
    }
    return flag(request, "modified") ? names_modified(request, names, unloaded) : py_new(names);
}

static PyObject *reimport_asked(PyObject *request, const struct gate *gate, struct watch *watch)
{
    struct reimport_options options = {.dry_run = flag(request, "dry_run"),
                                       .code_only = flag(request, "code_only"),
                                       .if_loaded = flag(request, "if_loaded"),
                                       .gate = gate,
                                       .at_work = &watch->at_work};
    PY_AUTO PyObject *unloaded = NULL;
    PY_AUTO PyObject *names = names_of(request, &unloaded);
    PyObject *report;

    if (!names)
        return NULL;
    report = PyList_Size(names) == 0 ? report_new() : reimport_run(names, &options);
    if (report && unloaded && PyList_Size(unloaded) > 0 &&
        PyDict_SetItemString(report, "not_loaded", unloaded) < 0)
        PyErr_Clear(); /* what was done is done, and only this remark is lacking */
    return report;
}

static PyObject *search_asked(void)
{
    PY_AUTO PyObject *report = report_new();

    if (!report || obj_put(report, "search_path", modified_search_path()) < 0)
        return NULL;
    return py_steal(&report);
}

static PyObject *work(const uint8_t *bytes, size_t n, const struct gate *gate, struct watch *watch)
{
    PY_AUTO PyObject *request = codec_decode(bytes, n);
    PyObject *op = request && PyDict_Check(request) ? obj_item(request, "op") : NULL;

    if (!request)
        return NULL;
    if (op && obj_is(op, "reimport"))
        return reimport_asked(request, gate, watch);
    if (op && obj_is(op, "undo"))
        return reimport_undo(gate);
    if (op && obj_is(op, "status"))
        return reimport_status();
    if (op && obj_is(op, "search"))
        return search_asked();
    PyErr_SetString(PyExc_NotImplementedError, "this agent does not know what is asked");
    return NULL;
}

/* ---- what is answered ---- */

/* Tells the pending exception as a report: a new dict. */
static PyObject *failure(struct serve_link *link)
{
    bool late =
        PyErr_ExceptionMatches(PyExc_TimeoutError) && !link->permit_taken && !link_open(link);
    PY_AUTO PyObject *error = report_error();
    PY_AUTO PyObject *report = error ? report_new() : NULL;

    if (!report || PyDict_SetItemString(report, "error", error) < 0 ||
        obj_put(report, "result", PyUnicode_FromString(late ? "timeout" : "failed")) < 0)
        return NULL;
    return py_steal(&report);
}

static void put_text(struct wire_out *out, const char *s)
{
    size_t n = 0;

    while (s[n])
        n++;
    wire_put_string(out, s, n);
}

static void put_bare(struct wire_out *out, bool changed)
{
    wire_put_map(out, 3);
    put_text(out, "result");
    put_text(out, changed ? "reimported" : "failed");
    put_text(out, "changed");
    wire_put_bool(out, changed);
    put_text(out, "error");
    wire_put_map(out, 3);
    put_text(out, "type");
    put_text(out, "MemoryError");
    put_text(out, "message");
    put_text(out, "no memory was left for the report");
    put_text(out, "traceback");
    wire_put_null(out);
}

/* The answer when there is no memory for another one. */
static uint8_t *bare_reply(bool changed, size_t *n)
{
    struct wire_out size = {0};
    struct wire_out out;

    put_bare(&size, changed);
    out = (struct wire_out){.buf = PyMem_RawMalloc(size.len), .cap = size.len};
    if (out.buf)
        put_bare(&out, changed);
    *n = size.len;
    return out.buf;
}

static uint8_t *answer(struct watch *watch, const uint8_t *request, size_t n, double wait_ms,
                       size_t *size)
{
    struct serve_link *link = watch->link;
    const struct gate gate = {.open = gate_open, .permit = gate_permit, .ctx = link};
    PY_AUTO PyObject *report = work(request, n, &gate, watch);
    bool changed = report && obj_item(report, "changed") == Py_True;
    uint8_t *reply = NULL;

    if (!report)
        report = failure(link);
    if (report && report_time(report, "gil_wait", wait_ms) == 0)
        reply = codec_encode(report, size);
    PyErr_Clear();
    return reply ? reply : bare_reply(changed, size);
}

void serve(struct serve_link *link)
{
    struct gil gil;
    struct watch watch;
    size_t n;
    size_t size = 0;
    uint8_t *request = link_receive(link, &n, PyMem_RawMalloc, PyMem_RawFree);
    uint8_t *reply = NULL;

    if (!request)
        return;
    watch_start(&watch, link);
    if (gil_take(&gil)) {
        if (link_open(link))
            reply = answer(&watch, request, n, gil.wait_ms, &size);
        gil_release(&gil);
    }
    watch_stop(&watch);
    PyMem_RawFree(request);
    if (reply)
        link_send(link, reply, size);
    PyMem_RawFree(reply);
}
