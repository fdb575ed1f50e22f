/* Messages and values: agent/wire.c. What was read and is written again is the same. */
#include "wire.h"

#include "fuzz.h"
#include "mutate.h"

static void copy(struct wire_in *in, struct wire_out *out, int depth);

static void copy_elements(struct wire_in *in, struct wire_out *out, uint32_t count, int depth)
{
    for (uint32_t i = 0; i < count && !in->bad; i++)
        copy(in, out, depth + 1);
}

static void copy(struct wire_in *in, struct wire_out *out, int depth)
{
    struct wire_item item = wire_get(in);

    if (depth > WIRE_DEPTH_MAX)
        in->bad = true;
    switch (item.kind) {
    case WIRE_NULL:
        wire_put_null(out);
        break;
    case WIRE_FALSE:
    case WIRE_TRUE:
        wire_put_bool(out, item.kind == WIRE_TRUE);
        break;
    case WIRE_INT:
        wire_put_int(out, item.i);
        break;
    case WIRE_FLOAT:
        wire_put_float(out, item.d);
        break;
    case WIRE_STRING:
        wire_put_string(out, item.s, item.n);
        break;
    case WIRE_LIST:
        wire_put_list(out, item.count);
        copy_elements(in, out, item.count, depth);
        break;
    case WIRE_MAP:
        wire_put_map(out, item.count);
        copy_elements(in, out, item.count, depth);
        copy_elements(in, out, item.count, depth);
        break;
    case WIRE_BAD:
        REQUIRE(in->bad);
        break;
    }
}

static void check_value(const uint8_t *data, size_t size)
{
    struct wire_in in = {.at = data, .end = data + size};
    struct wire_out out = {.buf = malloc(size + 1), .cap = size};

    copy(&in, &out, 0);
    REQUIRE(in.at >= data && in.at <= data + size);
    if (!in.bad)
        REQUIRE(out.len == (size_t)(in.at - data) && memcmp(out.buf, data, out.len) == 0);
    free(out.buf);
}

static void check_message(const uint8_t *data, size_t size)
{
    struct wire_header header, own;

    for (int type = WIRE_HELLO; type <= WIRE_REPLY; type++) {
        if (!wire_check(data, size, (enum wire_type)type))
            continue;
        memcpy(&header, data, sizeof(header));
        own = wire_header((enum wire_type)type, (uint32_t)(size - sizeof(header)), header.left);
        REQUIRE(memcmp(&own, &header, sizeof(own)) == 0 && header.left <= WIRE_VALUE_MAX);
        check_value(data + sizeof(header), header.length);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_value(data, size, max, seed, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_message(data, size);
    check_value(data, size);
    return 0;
}
