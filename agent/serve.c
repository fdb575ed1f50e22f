/* Serves one request: see serve.h.
 *
 * request: {"op": "reimport"|"undo"|"status"|"search", "modules": [str], "modified": bool,
 * "paths": [str], "dry_run": bool, "code_only": bool, "if_loaded": bool, "timeout_ms": int, "interpreter": null or
 * int or "all", "verbose": bool}
 * reply: the keys of design section 2 but for "pid", "stopped" and "total", which the command adds, and
 * "interpreter"; for all interpreters {"interpreters": [such a reply, ...]}.
 */
#include "several.h"
#include "codec.h"
#include "core.h"
#include "inside.h"
#include "modified.h"
#include "obj.h"
#include "report.h"
#include "state.h"
#include "watch.h"
#include "rt.h"
#include "wire.h"

#define BARE_TRIES 1000
#define TELL_MS 100 /* before the deadline: the command then waits for the answer no more */
#define OTHERS_MS 250

static bool gate_open(void *watch)
{
    return link_open(((struct watch *)watch)->link);
}

/* The permit is for the first of several interpreters; the others have the deadline. */
static bool gate_permit(void *ctx)
{
    struct watch *watch = ctx;

    if (!watch->permit)
        watch->permit =
            watch->link->permit_taken ? link_open(watch->link) : link_take_permit(watch->link);
    return watch->permit;
}

/* ---- what is asked ---- */

static bool flag(PyObject *request, const char *key)
{
    return obj_item(request, key) == Py_True;
}

/* The modules modified below the request's paths: a new list; ValueError for a path below which
 * nothing is loaded, unless that is allowed: then rest->unloaded lists such paths. */
static PyObject *names_modified(PyObject *paths, bool if_loaded, struct modified_rest *rest)
{
    PY_AUTO PyObject *names = modified_below(paths, rest);

    if (!names || PyList_Size(rest->unloaded) == 0 || if_loaded)
        return py_steal(&names);
    PyErr_Format(PyExc_ValueError, "no module of this process comes from '%U'",
                 PyList_GetItem(rest->unloaded, 0));
    return NULL;
}

/* The names that the request is about: a new list. */
static PyObject *names_of(PyObject *request, bool if_loaded, struct modified_rest *rest)
{
    PyObject *names = obj_item(request, flag(request, "modified") ? "paths" : "modules");

    if (!names || !PyList_Check(names)) {
        PyErr_SetString(PyExc_ValueError, "the request is malformed");
        return NULL;
    }
    return flag(request, "modified") ? names_modified(names, if_loaded, rest) : py_new(names);
}

/* What was done is done, and only the remark is lacking if it fails. */
static void remark(PyObject *report, const char *key, PyObject *list)
{
    if (list && PyList_Size(list) > 0 && PyDict_SetItemString(report, key, list) < 0)
        PyErr_Clear();
}

static PyObject *reimport_asked(PyObject *request, struct watch *watch, bool if_loaded)
{
    const struct gate gate = {.open = gate_open, .permit = gate_permit, .ctx = watch};
    struct reimport_options options = {.dry_run = flag(request, "dry_run"),
                                       .code_only = flag(request, "code_only"),
                                       .if_loaded = if_loaded || flag(request, "if_loaded"),
                                       .gate = &gate,
                                       .at_work = &watch->at_work};
    struct modified_rest rest = {0};
    PY_AUTO PyObject *names = names_of(request, options.if_loaded, &rest);
    PyObject *report = NULL;

    if (names)
        report = PyList_Size(names) == 0 ? report_new() : reimport_run(names, &options);
    if (report) {
        remark(report, "not_loaded", rest.unloaded);
        remark(report, "not_found", rest.not_found);
    }
    modified_rest_free(&rest);
    return report;
}

static PyObject *search_asked(void)
{
    PY_AUTO PyObject *report = report_new();

    if (!report || obj_put(report, "search_path", modified_search_path()) < 0)
        return NULL;
    return py_steal(&report);
}

static PyObject *undo_asked(struct watch *watch, bool if_there)
{
    const struct gate gate = {.open = gate_open, .permit = gate_permit, .ctx = watch};

    return if_there && !state_last() ? report_new() : reimport_undo(&gate);
}

/* `if_loaded`: what this interpreter has not is left out. */
static PyObject *work(const uint8_t *bytes, size_t n, struct watch *watch, bool if_loaded)
{
    PY_AUTO PyObject *request = codec_decode(bytes, n);
    PyObject *op = request && PyDict_Check(request) ? obj_item(request, "op") : NULL;

    if (!request)
        return NULL;
    if (op && obj_is(op, "reimport"))
        return reimport_asked(request, watch, if_loaded);
    if (op && obj_is(op, "undo"))
        return undo_asked(watch, if_loaded);
    if (op && obj_is(op, "status"))
        return reimport_status();
    if (op && obj_is(op, "search"))
        return search_asked();
    PyErr_SetString(PyExc_NotImplementedError, "this agent does not know what is asked");
    return NULL;
}

/* Which of the arguments mean something here: sets their flags in `seen`. For an undo, the only one. */
static int look(PyObject *request, uint8_t *seen, Py_ssize_t count)
{
    PyObject *op = obj_item(request, "op");
    PyObject *names = obj_item(request, flag(request, "modified") ? "paths" : "modules");
    struct modified_rest rest = {0};
    PY_AUTO PyObject *modified_names = NULL;

    if (op && obj_is(op, "undo")) {
        seen[0] |= state_last() != NULL;
        return 0;
    }
    if (flag(request, "modified") && !(modified_names = modified_below(names, &rest)))
        return -1;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *name = PyList_GetItem(names, i);
        PyObject *module = PyDict_GetItemWithError(PyImport_GetModuleDict(), name);

        seen[i] |= rest.unloaded ? PySequence_Contains(rest.unloaded, name) == 0
                                 : module && module != Py_None;
    }
    modified_rest_free(&rest);
    return PyErr_Occurred() ? -1 : 0;
}

/* How many arguments must be found somewhere. */
static Py_ssize_t count_asked(PyObject *request)
{
    PyObject *op = obj_item(request, "op");
    PyObject *names = obj_item(request, flag(request, "modified") ? "paths" : "modules");

    if (op && obj_is(op, "undo"))
        return 1;
    return op && obj_is(op, "reimport") && names && PyList_Check(names) ? PyList_Size(names) : 0;
}

void serve_look(const uint8_t *bytes, size_t n, struct seen *seen)
{
    PY_AUTO PyObject *request = codec_decode(bytes, n);

    if (request && PyDict_Check(request)) {
        if (!seen->flags && (seen->count = count_asked(request)) > 0) {
            seen->flags = PyMem_RawMalloc((size_t)seen->count);
            if (seen->flags)
                memset(seen->flags, 0, (size_t)seen->count);
        }
        if (seen->flags)
            look(request, seen->flags, seen->count);
    }
    PyErr_Clear(); /* whoever works here next finds it again, and says so */
}

/* ---- what is answered ---- */

/* Tells the pending exception as a report: a new dict. */
static PyObject *failure(const struct watch *watch)
{
    bool late = PyErr_ExceptionMatches(PyExc_TimeoutError) && !watch->permit &&
                (watch->inside->busy || !link_open(watch->link));
    const char *result = late ? "timeout" : journal_is_stuck() ? "unknown" : "failed";
    PY_AUTO PyObject *error = report_error();
    PY_AUTO PyObject *report = error ? report_new() : NULL;

    if (!report || PyDict_SetItemString(report, "error", error) < 0 ||
        obj_put(report, "result", PyUnicode_FromString(result)) < 0 ||
        (journal_is_stuck() && PyDict_SetItemString(report, "changed", Py_True) < 0))
        return NULL;
    return py_steal(&report);
}

void serve_put_outcome(struct wire_out *out, const char *result, bool changed, const char *type,
                       const char *message)
{
    wire_put_text(out, "result");
    wire_put_text(out, result);
    wire_put_text(out, "changed");
    wire_put_bool(out, changed);
    wire_put_text(out, "error");
    wire_put_map(out, 3);
    wire_put_text(out, "type");
    wire_put_text(out, type);
    wire_put_text(out, "message");
    wire_put_text(out, message);
    wire_put_text(out, "traceback");
    wire_put_null(out);
}

static void put_bare(struct wire_out *out, bool changed)
{
    wire_put_map(out, SERVE_OUTCOME);
    serve_put_outcome(out, changed ? "reimported" : "failed", changed, "MemoryError",
                      "no memory was left for the report");
}

/* The answer when there is no memory for another one: insists on the little that it needs itself. */
static uint8_t *bare_reply(bool changed, size_t *n)
{
    struct wire_out size = {0};
    struct wire_out out;
    uint8_t *buf = NULL;

    put_bare(&size, changed);
    for (int i = 0; i < BARE_TRIES && !(buf = PyMem_RawMalloc(size.len)); i++)
        rt_poll(NULL, 0, 1);
    out = (struct wire_out){.buf = buf, .cap = size.len};
    if (out.buf)
        put_bare(&out, changed);
    *n = size.len;
    return out.buf;
}

/* There is no memory for the request itself. */
static void refuse(struct serve_link *link)
{
    size_t n;
    uint8_t *reply = link_skip_request(link) ? bare_reply(false, &n) : NULL;

    if (!reply)
        return;
    link_send(link, reply, n);
    PyMem_RawFree(reply);
}

/* The reply, encoded, from the report or else from the pending exception. */
static uint8_t *tell(const struct watch *watch, PyObject *given, size_t *size)
{
    PY_AUTO PyObject *report = given ? given : failure(watch);
    bool changed = given && obj_item(given, "changed") == Py_True;
    uint8_t *reply = NULL;

    if (report && report_time(report, "gil_wait", watch->inside->wait_ms) == 0 &&
        obj_put(report, "interpreter", PyLong_FromLongLong(watch->inside->id)) == 0)
        reply = codec_encode(report, size);
    PyErr_Clear();
    return reply ? reply : bare_reply(changed, size);
}

int64_t serve_patience(const struct serve_link *link, bool others)
{
    int64_t left = link->deadline - link_now();

    return link_now() + (!others ? left - TELL_MS : left / 4 < OTHERS_MS ? left / 4 : OTHERS_MS);
}

uint8_t *serve_one(struct serve_link *link, const uint8_t *request, size_t n, int64_t id,
                   bool if_loaded, size_t *size)
{
    static struct inside in; /* see converse() */
    static struct watch watch;
    enum entrance entry = inside_enter(&in, id, link, serve_patience(link, if_loaded));
    uint8_t *reply = NULL;

    watch = (struct watch){.link = link, .inside = &in};
    if (entry == ENTRY_GONE)
        return in.starved ? bare_reply(false, size) : NULL;
    if (entry == ENTRY_DONE && link_open(link)) {
        watch_start(&watch, link, &in);
        reply = tell(&watch, work(request, n, &watch, if_loaded), size);
        watch_stop(&watch);
    } else if (entry == ENTRY_DONE && if_loaded) {
        PyErr_SetString(PyExc_TimeoutError, "timed out; nothing was changed");
        reply = tell(&watch, NULL, size);
    } else if (entry == ENTRY_REFUSED && !(if_loaded && in.ended)) {
        reply = tell(&watch, NULL, size);
    }
    inside_leave(&in);
    return reply;
}

void serve(struct serve_link *link)
{
    size_t n;
    size_t size = 0;
    uint8_t *request = link_receive(link, &n, PyMem_RawMalloc, PyMem_RawFree);
    uint8_t *reply = NULL;
    int64_t id;

    if (!request) {
        if (n > 0)
            refuse(link);
        return;
    }
    id = several_asked(request, n);
    if (id == ASKED_ALL)
        reply = several_serve(link, request, n, &size);
    else
        reply = serve_one(link, request, n, id, false, &size);
    PyMem_RawFree(request);
    if (reply && !link->told)
        link_send(link, reply, size);
    PyMem_RawFree(reply);
}
