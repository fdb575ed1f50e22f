#include "mutate.h"

#include "wire.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NODES_MAX 1024
#define ROOM 512

/* Where a value is. */
struct node {
    size_t start, end;
    bool is_key;
};

struct tree {
    const uint8_t *base;
    struct wire_in in;
    struct node nodes[NODES_MAX];
    size_t count;
};

static void walk(struct tree *tree, int depth, bool is_key)
{
    size_t start = (size_t)(tree->in.at - tree->base), index = tree->count;
    struct wire_item item = wire_get(&tree->in);

    if (item.kind == WIRE_BAD || depth > WIRE_DEPTH_MAX || index == NODES_MAX) {
        tree->in.bad = true;
        return;
    }
    tree->count++;
    for (uint32_t i = 0; i < item.count && !tree->in.bad; i++) {
        if (item.kind == WIRE_MAP)
            walk(tree, depth + 1, true);
        if (item.kind == WIRE_MAP || item.kind == WIRE_LIST)
            walk(tree, depth + 1, false);
        else
            break;
    }
    tree->nodes[index] = (struct node){start, (size_t)(tree->in.at - tree->base), is_key};
}

static unsigned any(unsigned *seed)
{
    return (unsigned)rand_r(seed);
}

static void put_text(struct wire_out *out, unsigned *seed)
{
    static const char *const texts[] = {"",         "\033[31m", "a\nb\tc",          "\xc2\x9b",
                                        "\xff\xfe", "raised",   "\xe2\x80\xae",     "unchanged",
                                        "failed",   "\x7f",     "\xf0\x9f\x98\x80", "reimported"};
    char text[ROOM];
    size_t n = 0, count = 1 + any(seed) % 4;

    for (size_t i = 0; i < count; i++) {
        const char *part = texts[any(seed) % (sizeof(texts) / sizeof(*texts))];
        memcpy(text + n, part, strlen(part));
        n += strlen(part);
    }
    if (any(seed) % 8 == 0)
        n = LLVMFuzzerMutate((uint8_t *)text, n, sizeof(text) / 2);
    wire_put_string(out, text, n);
}

static void put_number(struct wire_out *out, unsigned choice)
{
    static const double floats[] = {0, -0.0, 1e300, -1e300, 0.5, 1e18, NAN, INFINITY};
    static const int64_t ints[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT32_MAX, 7, 1000};

    if (choice % 2)
        wire_put_float(out, floats[choice / 2 % 8]);
    else
        wire_put_int(out, ints[choice / 2 % 8]);
}

/* The value that is put in place of a node. */
static void put_new(struct wire_out *out, const struct tree *tree, bool is_key, unsigned *seed)
{
    const struct node *other = &tree->nodes[any(seed) % tree->count];
    unsigned choice = is_key ? 0 : any(seed) % 6;
    size_t n = other->end - other->start;

    switch (choice) {
    case 0:
        put_text(out, seed);
        break;
    case 1:
        put_number(out, any(seed));
        break;
    case 2:
        wire_put_bool(out, any(seed) % 2);
        break;
    case 3:
        wire_put_null(out);
        break;
    case 4:
        wire_put_list(out, 0);
        break;
    default:
        if (any(seed) % 2)
            wire_put_list(out, 1);
        if (n <= out->cap - out->len)
            memcpy(out->buf + out->len, tree->base + other->start, n);
        out->len += n;
    }
}

size_t mutate_value(uint8_t *data, size_t size, size_t max, unsigned seed, size_t skip)
{
    static struct tree tree;
    static uint8_t buffer[1 << 16];
    struct wire_out out = {.buf = buffer, .cap = sizeof(buffer)};
    struct node node;
    size_t tail;

    if (size <= skip || any(&seed) % 4 == 0)
        return LLVMFuzzerMutate(data, size, max);
    tree.base = data + skip;
    tree.in = (struct wire_in){.at = data + skip, .end = data + size};
    tree.count = 0;
    walk(&tree, 0, false);
    if (tree.in.bad || !tree.count)
        return LLVMFuzzerMutate(data, size, max);
    node = tree.nodes[any(&seed) % tree.count];
    put_new(&out, &tree, node.is_key, &seed);
    tail = size - skip - node.end;
    if (out.len > out.cap || skip + node.start + out.len + tail > max)
        return LLVMFuzzerMutate(data, size, max);
    memmove(data + skip + node.start + out.len, data + skip + node.end, tail);
    memcpy(data + skip + node.start, buffer, out.len);
    return skip + node.start + out.len + tail;
}
