/* Messages and values: see wire.h. Bytes are moved one by one, so nothing here depends on alignment,
 * on the byte order, or on a libc. */
#include "wire.h"

struct wire_header wire_header(enum wire_type type, uint32_t length, uint32_t left)
{
    return (struct wire_header){.magic = WIRE_MAGIC,
                                .version = WIRE_VERSION,
                                .type = (uint16_t)type,
                                .length = length,
                                .left = left};
}

bool wire_check(const void *message, size_t size, enum wire_type type)
{
    struct wire_header h;
    uint8_t *to = (uint8_t *)&h;

    if (size < sizeof(h) || size > sizeof(h) + WIRE_PART_MAX)
        return false;
    for (size_t i = 0; i < sizeof(h); i++)
        to[i] = ((const uint8_t *)message)[i];
    return h.magic == WIRE_MAGIC && h.version == WIRE_VERSION && h.type == type &&
           h.length == size - sizeof(h) && h.left <= WIRE_VALUE_MAX;
}

static void put_bytes(struct wire_out *out, const void *from, size_t n)
{
    const uint8_t *bytes = from;

    if (out->buf && out->len <= out->cap && n <= out->cap - out->len)
        for (size_t i = 0; i < n; i++)
            out->buf[out->len + i] = bytes[i];
    out->len += n;
}

static void put_number(struct wire_out *out, uint64_t number, size_t width)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < width; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    put_bytes(out, bytes, width);
}

static void put_kind(struct wire_out *out, enum wire_kind kind)
{
    put_number(out, (uint64_t)kind, 1);
}

void wire_put_null(struct wire_out *out)
{
    put_kind(out, WIRE_NULL);
}

void wire_put_bool(struct wire_out *out, bool b)
{
    put_kind(out, b ? WIRE_TRUE : WIRE_FALSE);
}

void wire_put_int(struct wire_out *out, int64_t i)
{
    put_kind(out, WIRE_INT);
    put_number(out, (uint64_t)i, 8);
}

void wire_put_float(struct wire_out *out, double d)
{
    union {
        double d;
        uint64_t bits;
    } both = {.d = d};

    put_kind(out, WIRE_FLOAT);
    put_number(out, both.bits, 8);
}

void wire_put_string(struct wire_out *out, const char *s, size_t n)
{
    uint32_t kept = n > WIRE_VALUE_MAX ? WIRE_VALUE_MAX : (uint32_t)n;

    put_kind(out, WIRE_STRING);
    put_number(out, kept, 4);
    put_bytes(out, s, kept);
}

void wire_put_text(struct wire_out *out, const char *s)
{
    size_t n = 0;

    while (s[n])
        n++;
    wire_put_string(out, s, n);
}

void wire_put_list(struct wire_out *out, uint32_t count)
{
    put_kind(out, WIRE_LIST);
    put_number(out, count, 4);
}

void wire_put_map(struct wire_out *out, uint32_t count)
{
    put_kind(out, WIRE_MAP);
    put_number(out, count, 4);
}

static bool has(struct wire_in *in, size_t n)
{
    if (in->bad || (size_t)(in->end - in->at) < n)
        in->bad = true;
    return !in->bad;
}

static uint64_t get_number(struct wire_in *in, size_t width)
{
    uint64_t number = 0;

    if (!has(in, width))
        return 0;
    for (size_t i = 0; i < width; i++)
        number |= (uint64_t)in->at[i] << (8 * i);
    in->at += width;
    return number;
}

static void get_string(struct wire_in *in, struct wire_item *item)
{
    item->n = (uint32_t)get_number(in, 4);
    if (!has(in, item->n))
        return;
    item->s = (const char *)in->at;
    in->at += item->n;
}

static void get_count(struct wire_in *in, struct wire_item *item)
{
    item->count = (uint32_t)get_number(in, 4);
    has(in, item->count); /* each element takes a byte at least */
}

static void get_float(struct wire_in *in, struct wire_item *item)
{
    union {
        uint64_t bits;
        double d;
    } both = {.bits = get_number(in, 8)};

    item->d = both.d;
}

struct wire_item wire_get(struct wire_in *in)
{
    struct wire_item item = {.kind = (enum wire_kind)get_number(in, 1)};

    switch (item.kind) {
    case WIRE_NULL:
    case WIRE_FALSE:
    case WIRE_TRUE:
        break;
    case WIRE_INT:
        item.i = (int64_t)get_number(in, 8);
        break;
    case WIRE_FLOAT:
        get_float(in, &item);
        break;
    case WIRE_STRING:
        get_string(in, &item);
        break;
    case WIRE_LIST:
    case WIRE_MAP:
        get_count(in, &item);
        break;
    case WIRE_BAD:
    default:
        in->bad = true;
    }
    if (in->bad)
        item = (struct wire_item){.kind = WIRE_BAD};
    return item;
}
