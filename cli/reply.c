#include "reply.h"

#include "utf8.h"
#include "wire.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct decoder {
    struct wire_in in;
    unsigned items;
    const char *why; /* the first thing that was wrong */
};

static json_t *fail(struct decoder *d, const char *why)
{
    if (!d->why)
        d->why = why;
    return NULL;
}

/* A copy of s[0..n) in valid UTF-8, to be freed, and its length. */
static char *clean_copy(const char *s, size_t n, size_t *length)
{
    char *copy = malloc(3 * n + 1); /* U+FFFD takes three bytes */
    size_t used = 0, step;

    if (!copy)
        return NULL;
    for (size_t i = 0; i < n; i += step) {
        uint32_t code = utf8_get(s + i, n - i, &step);
        used += utf8_put(code == UTF8_BAD ? 0xfffd : code, copy + used);
    }
    copy[used] = '\0';
    *length = used;
    return copy;
}

json_t *reply_string(const char *s, size_t n)
{
    size_t length;
    char *copy = clean_copy(s, n, &length);
    json_t *string = copy ? json_stringn_nocheck(copy, length) : NULL;

    free(copy);
    return string;
}

static json_t *decode(struct decoder *d, int depth);

static json_t *decode_list(struct decoder *d, uint32_t count, int depth)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < count && list; i++) {
        json_t *value = decode(d, depth + 1);
        if (value && json_array_append_new(list, value) == 0)
            continue;
        json_decref(list);
        list = NULL;
    }
    return list ? list : fail(d, "out of memory");
}

/* Reads a key and its value into `map`. */
static int decode_pair(struct decoder *d, json_t *map, int depth)
{
    struct wire_item key = wire_get(&d->in);
    size_t length;
    char *name;
    int failed = -1;

    if (key.kind != WIRE_STRING) {
        fail(d, "a key is not a string");
        return -1;
    }
    /* Readers of JSON refuse it in a key, and with it the whole report. */
    if (memchr(key.s, '\0', key.n)) {
        fail(d, "a key with a zero in it");
        return -1;
    }
    name = clean_copy(key.s, key.n, &length);
    if (name) {
        json_t *value = decode(d, depth + 1);
        failed = value ? json_object_setn_new_nocheck(map, name, length, value) : -1;
    }
    free(name);
    return failed;
}

static json_t *decode_map(struct decoder *d, uint32_t count, int depth)
{
    json_t *map = json_object();

    for (uint32_t i = 0; i < count && map; i++) {
        if (decode_pair(d, map, depth) == 0)
            continue;
        json_decref(map);
        map = NULL;
    }
    return map ? map : fail(d, "out of memory");
}

static json_t *decode(struct decoder *d, int depth)
{
    if (depth > WIRE_DEPTH_MAX)
        return fail(d, "nested too deeply");
    if (++d->items > REPLY_ITEMS_MAX)
        return fail(d, "too many items");

    struct wire_item item = wire_get(&d->in);
    switch (item.kind) {
    case WIRE_NULL:
        return json_null();
    case WIRE_FALSE:
        return json_false();
    case WIRE_TRUE:
        return json_true();
    case WIRE_INT:
        return json_integer(item.i);
    case WIRE_FLOAT:
        return isfinite(item.d) ? json_real(item.d) : json_null();
    case WIRE_STRING:
        return reply_string(item.s, item.n);
    case WIRE_LIST:
        return decode_list(d, item.count, depth);
    case WIRE_MAP:
        return decode_map(d, item.count, depth);
    case WIRE_BAD:
        break;
    }
    return fail(d, "malformed");
}

json_t *reply_decode(const void *value, size_t size, const char **why)
{
    struct decoder d = {.in = {.at = value, .end = (const uint8_t *)value + size}};
    json_t *json;

    if (size > WIRE_VALUE_MAX) {
        *why = "too long";
        return NULL;
    }
    json = decode(&d, 1);
    if (json && d.in.at != d.in.end) {
        json_decref(json);
        json = fail(&d, "malformed");
    }
    *why = json ? NULL : d.why ? d.why : "out of memory";
    return json;
}
