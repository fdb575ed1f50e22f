#include "several.h"
#include "inside.h"
#include "interps.h"
#include "rt.h"
#include "wire.h"

/* ---- what is asked, read without Python ---- */

static void skip(struct wire_in *in, struct wire_item item)
{
    uint64_t left = item.kind == WIRE_LIST  ? item.count
                    : item.kind == WIRE_MAP ? 2 * (uint64_t)item.count
                                            : 0;

    for (; left > 0 && !in->bad; left--) {
        struct wire_item inner = wire_get(in);

        if (inner.kind == WIRE_LIST)
            left += inner.count;
        else if (inner.kind == WIRE_MAP)
            left += 2 * (uint64_t)inner.count;
    }
}

int64_t several_asked(const uint8_t *request, size_t n)
{
    static const char wanted[] = "interpreter";
    struct wire_in in = {.at = request, .end = request + n};
    struct wire_item map = wire_get(&in);
    int64_t id = MAIN_ID;

    for (uint32_t i = 0; map.kind == WIRE_MAP && i < map.count && !in.bad; i++) {
        struct wire_item key = wire_get(&in);
        struct wire_item value = wire_get(&in);

        if (key.kind == WIRE_STRING && key.n == sizeof(wanted) - 1 &&
            memcmp(key.s, wanted, key.n) == 0)
            id = value.kind == WIRE_INT ? value.i : value.kind == WIRE_STRING ? ASKED_ALL : MAIN_ID;
        skip(&in, value);
    }
    return id;
}

/* ---- all of them ---- */

struct replies {
    uint8_t **each;
    size_t *sizes;
    int count;
};

/* What is done, and where; not on the stack, as the watching thread looks at it: see converse() in entry.c. */
static struct {
    struct interps found;
    struct replies replies;
    int at; /* the one of `found` that is being visited; as many as there are: none is */
} visit;

/* The IDs of all, for a moment in which the main interpreter's GIL is held. False: they could not be
 * had. */
static bool list_all(struct interps *found)
{
    struct inside in;
    bool done;

    if (inside_enter(&in, MAIN_ID, NULL, 0) == ENTRY_GONE)
        return false;
    done = interps_find(found) == 0;
    PyErr_Clear();
    inside_leave(&in);
    return done;
}

static bool all_seen(const struct seen *seen)
{
    for (Py_ssize_t i = 0; seen->flags && i < seen->count; i++)
        if (!seen->flags[i])
            return false;
    return true;
}

/* Whether each argument is loaded somewhere. One interpreter that cannot be entered may have it. */
static bool is_loaded_somewhere(struct serve_link *link, const struct interps *found,
                                const uint8_t *request, size_t n)
{
    struct seen seen = {NULL, 0};
    bool refused = false;
    bool all;

    for (int i = 0; i < found->count; i++) {
        struct inside in;
        enum entrance entry = inside_enter(&in, found->all[i].id, link, serve_patience(link, true));

        if (entry == ENTRY_GONE)
            break;
        if (entry == ENTRY_DONE)
            serve_look(request, n, &seen);
        refused = refused || entry == ENTRY_REFUSED;
        inside_leave(&in);
    }
    all = all_seen(&seen) || refused;
    PyMem_RawFree(seen.flags);
    return all;
}

/* The reply of an interpreter in which nothing was done. */
static void put_late(struct wire_out *out, int64_t id, const char *message)
{
    wire_put_map(out, 1 + SERVE_OUTCOME);
    wire_put_text(out, "interpreter");
    wire_put_int(out, id);
    serve_put_outcome(out, "timeout", false, "TimeoutError", message);
}

/* `late`: from which number in `found` on they are not done. */
static void put_all(struct wire_out *out, const struct replies *replies, int late)
{
    int all = visit.found.count;

    wire_put_map(out, 1);
    wire_put_text(out, "interpreters");
    wire_put_list(out, (uint32_t)(replies->count + all - late));
    for (int i = 0; i < replies->count; i++) {
        if (out->buf && out->len + replies->sizes[i] <= out->cap)
            memcpy(out->buf + out->len, replies->each[i], replies->sizes[i]);
        out->len += replies->sizes[i];
    }
    for (int i = late; i < all; i++)
        put_late(out, visit.found.all[i].id,
                 i == late ? "timed out while the new top level ran; nothing was changed"
                           : "timed out; nothing was changed");
}

/* The replies as one. */
static uint8_t *join(const struct replies *replies, int late, size_t *size)
{
    struct wire_out out = {0};

    if (replies->count == 0)
        return NULL;
    put_all(&out, replies, late);
    *size = out.len;
    out = (struct wire_out){.buf = PyMem_RawMalloc(*size), .cap = *size};
    if (out.buf)
        put_all(&out, replies, late);
    return out.buf;
}

uint8_t *several_given_up(size_t *size)
{
    return visit.replies.count && visit.at < visit.found.count
               ? join(&visit.replies, visit.at, size)
               : NULL;
}

static uint8_t *serve_each(struct serve_link *link, const uint8_t *request, size_t n, size_t *size)
{
    struct replies *replies = &visit.replies;
    size_t room = (size_t)visit.found.count;
    uint8_t *whole = NULL;

    *replies = (struct replies){.each = PyMem_RawMalloc(room * sizeof(*replies->each)),
                                .sizes = PyMem_RawMalloc(room * sizeof(*replies->sizes))};
    for (visit.at = 0; replies->each && replies->sizes && visit.at < visit.found.count;
         visit.at++) {
        int at = replies->count;

        replies->each[at] =
            serve_one(link, request, n, visit.found.all[visit.at].id, true, &replies->sizes[at]);
        replies->count += replies->each[at] != NULL;
    }
    whole = join(replies, visit.found.count, size);
    while (replies->count > 0)
        PyMem_RawFree(replies->each[--replies->count]);
    PyMem_RawFree(replies->each);
    PyMem_RawFree(replies->sizes);
    return whole;
}

uint8_t *several_serve(struct serve_link *link, const uint8_t *request, size_t n, size_t *size)
{
    uint8_t *reply = NULL;

    memset(&visit, 0, sizeof(visit));
    if (!list_all(&visit.found))
        return serve_one(link, request, n, MAIN_ID, false, size);
    visit.at = visit.found.count;
    if (is_loaded_somewhere(link, &visit.found, request, n))
        reply = serve_each(link, request, n, size);
    else /* which says what is missing */
        reply = serve_one(link, request, n, MAIN_ID, false, size);
    interps_free(&visit.found);
    return reply;
}
