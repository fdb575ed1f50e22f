/* The protocol between the command and the agent: messages over a SOCK_SEQPACKET socket pair.
 *
 *   command -> agent   HELLO     protocol version; the agent unloads itself if none comes in time
 *   agent -> command   HELLO     protocol version, versions of Python and of the agent
 *   command -> agent   REQUEST   one value (below)
 *   command -> agent   PERMIT    empty; sent right after the request
 *   agent -> command   REPLY     one value, in as many parts as it needs, all full but the last
 *
 * The permit decides who wins at the deadline: the agent takes it out of its receive queue as the
 * last act before the commit, and the command, which holds a duplicate of the agent's end, takes it
 * out itself to withdraw. The kernel gives it to one of them. A request of which the
 * command took back a part is not done, whoever has the permit.
 *
 * A value is null, a bool, an integer, a float, a string (UTF-8), a list, or a map with string keys.
 * Fixed-width little-endian fields, no pointers. This file and wire.c are compiled into both sides,
 * and never see Python.h or malloc. */
#ifndef REIMPORT_WIRE_H
#define REIMPORT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_VERSION 1u
#define WIRE_MAGIC 0x706d6972u /* "rimp" */
#define WIRE_PART_MAX 32768u   /* bytes of payload in one message */
#define WIRE_VALUE_MAX (64u << 20)
#define WIRE_DEPTH_MAX 32

enum wire_type { WIRE_HELLO = 1, WIRE_REQUEST = 2, WIRE_PERMIT = 3, WIRE_REPLY = 4 };

struct wire_header {
    uint32_t magic;
    uint16_t version;
    uint16_t type;
    uint32_t length; /* bytes of payload in this message */
    uint32_t left;   /* bytes of payload still to come in later messages of the same value */
};
_Static_assert(sizeof(struct wire_header) == 16, "no padding");

/* Fills in a header. */
struct wire_header wire_header(enum wire_type type, uint32_t length, uint32_t left);

/* True if `size` bytes at `message` are one whole well-formed message of this version and `type`. */
bool wire_check(const void *message, size_t size, enum wire_type type);

/* ---- writing: run twice over the same calls, first with buf NULL to learn the size ---- */

struct wire_out {
    uint8_t *buf; /* NULL: only count */
    size_t cap;
    size_t len; /* what was, or would have been, written; more than cap: it did not fit */
};

void wire_put_null(struct wire_out *out);
void wire_put_bool(struct wire_out *out, bool b);
void wire_put_int(struct wire_out *out, int64_t i);
void wire_put_float(struct wire_out *out, double d);
void wire_put_string(struct wire_out *out, const char *s, size_t n);
void wire_put_text(struct wire_out *out, const char *s);  /* up to its null */
void wire_put_list(struct wire_out *out, uint32_t count); /* then `count` values */
void wire_put_map(struct wire_out *out, uint32_t count);  /* then `count` times a string, a value */

/* ---- reading: a bounded cursor; a malformed input makes every further read fail ---- */

enum wire_kind {
    WIRE_NULL = 'n',
    WIRE_FALSE = 'f',
    WIRE_TRUE = 't',
    WIRE_INT = 'i',
    WIRE_FLOAT = 'd',
    WIRE_STRING = 's',
    WIRE_LIST = 'l',
    WIRE_MAP = 'm',
    WIRE_BAD = 0,
};

struct wire_in {
    const uint8_t *at;
    const uint8_t *end;
    bool bad;
};

struct wire_item {
    enum wire_kind kind;
    union {
        int64_t i;
        double d;
        struct {
            const char *s; /* not terminated */
            uint32_t n;
        };
        uint32_t count; /* of a list or a map; at most the number of bytes that are left */
    };
};

/* The next item; kind WIRE_BAD at the end of the input or if it is malformed. Strings point into
 * the input. Does not check that a string is UTF-8. */
struct wire_item wire_get(struct wire_in *in);

#endif
