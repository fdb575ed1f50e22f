/* The agent's side of the conversation: see link.h and serve.h. */
#include "link.h"

#include "rt.h"

#define EAGAIN 11
#define EINTR 4
#define SEND_PATIENCE_MS 5000
#define TIMEOUT_MAX_MS (24ll * 3600 * 1000)

int64_t link_now_ns(void)
{
    return rt_monotonic_ns();
}

int64_t link_now(void)
{
    return rt_monotonic_ns() / 1000000;
}

/* The program may close any descriptor of its process, "all but 0 to 2" for one, and has the number for a
 * file of its own then. So it is asked each time before the number is used; one that is not ours any more
 * is as if the command had hung up, and is not touched.
 *
 * What is left is a program that closes it, and opens another file, between that and the next system call.
 * The number could be made one that is not given out soon (F_DUPFD), but those are below RLIMIT_NOFILE,
 * where a program closes all, and the table would stay as long as that. A thread with a table of its own
 * (CLONE_FILES not shared) is no place for the new top level, whose files are the program's, and one that
 * only speaks would keep copies of all the program's files open. */
static bool is_ours(const struct serve_link *link)
{
    return rt_is(link->fd, link->dev, link->ino);
}

static bool gone(short revents)
{
    return (revents & (RT_POLLERR | RT_POLLHUP | RT_POLLRDHUP)) != 0;
}

bool link_open(struct serve_link *link)
{
    struct rt_pollfd p = {.fd = link->fd, .events = RT_POLLRDHUP};

    if (link_now() >= link->deadline)
        return false;
    return is_ours(link) && rt_poll(&p, 1, 0) >= 0 && !gone(p.revents);
}

/* The length of the next message, or less than 1: none. */
static long receive(struct serve_link *link)
{
    return is_ours(link) ? rt_recv(link->fd, link->part, LINK_MESSAGE_MAX) : -1;
}

/* One message of the given type, its payload at link->part + sizeof(header). -1: none. */
static int take(struct serve_link *link, enum wire_type type, struct wire_header *header)
{
    long n = receive(link);

    if (n <= 0 || !wire_check(link->part, (size_t)n, type))
        return -1;
    memcpy(header, link->part, sizeof(*header));
    return 0;
}

bool link_take_permit(struct serve_link *link)
{
    struct wire_header header;

    if (link->permit_taken)
        return true;
    if (link_now() < link->deadline && take(link, WIRE_PERMIT, &header) == 0)
        link->permit_taken = true;
    return link->permit_taken;
}

/* Waits for a message until `until`. What was sent before a hang-up can still be taken. */
static bool wait_for_message(struct serve_link *link, int64_t until)
{
    struct rt_pollfd p = {.fd = link->fd, .events = RT_POLLIN | RT_POLLRDHUP};
    int64_t left;

    while ((left = until - link_now()) > 0 && is_ours(link)) {
        if (rt_poll(&p, 1, left) < 0)
            return false;
        if (gone(p.revents))
            return false;
        if (p.revents & RT_POLLIN)
            return true;
    }
    return false;
}

static bool key_is(const struct wire_item *key, const char *name)
{
    return key->n == strlen(name) && memcmp(key->s, name, key->n) == 0;
}

/* The map's integer `timeout_ms`, or -1. */
static int64_t hello_timeout(const uint8_t *payload, size_t n)
{
    struct wire_in in = {.at = payload, .end = payload + n};
    struct wire_item map = wire_get(&in), key, value;
    int64_t timeout = -1;

    if (map.kind != WIRE_MAP)
        return -1;
    for (uint32_t i = 0; i < map.count; i++) {
        key = wire_get(&in);
        value = wire_get(&in);
        if (key.kind != WIRE_STRING || value.kind == WIRE_BAD || value.kind == WIRE_LIST ||
            value.kind == WIRE_MAP)
            return -1;
        if (key_is(&key, "timeout_ms") && value.kind == WIRE_INT)
            timeout = value.i;
    }
    return timeout > TIMEOUT_MAX_MS ? TIMEOUT_MAX_MS : timeout;
}

bool link_greet(struct serve_link *link, uint32_t hello_ms)
{
    struct wire_header header;
    int64_t timeout;

    if (!wait_for_message(link, link_now() + hello_ms) || take(link, WIRE_HELLO, &header) < 0)
        return false;
    timeout = hello_timeout(link->part + sizeof(header), header.length);
    link->deadline = link_now() + timeout;
    return timeout >= 0;
}

static bool send_part(struct serve_link *link, enum wire_type type, uint32_t n, uint32_t left)
{
    struct wire_header header = wire_header(type, n, left);
    struct rt_pollfd p = {.fd = link->fd, .events = RT_POLLOUT | RT_POLLRDHUP};
    int64_t until = link_now() + SEND_PATIENCE_MS;
    long sent;

    memcpy(link->part, &header, sizeof(header));
    while (is_ours(link)) {
        sent = rt_send(link->fd, link->part, sizeof(header) + n);
        if (sent >= 0)
            return true;
        if ((sent != -EAGAIN && sent != -EINTR) || link_now() >= until)
            return false;
        if (is_ours(link))
            rt_poll(&p, 1, until - link_now());
        if (gone(p.revents))
            return false;
    }
    return false;
}

bool link_answer(struct serve_link *link, const char *python, const char *state)
{
    struct wire_out out = {.buf = link->part + sizeof(struct wire_header), .cap = WIRE_PART_MAX};

    wire_put_map(&out, 3);
    wire_put_text(&out, "agent");
    wire_put_text(&out, REIMPORT_VERSION);
    wire_put_text(&out, "python");
    wire_put_text(&out, python);
    wire_put_text(&out, "state");
    wire_put_text(&out, state);
    return out.len <= out.cap && send_part(link, WIRE_HELLO, (uint32_t)out.len, 0);
}

/* Fills value[0..total) from the parts that follow the one in hand. */
static bool collect(struct serve_link *link, uint8_t *value, size_t total,
                    struct wire_header header)
{
    size_t have = 0;

    for (;;) {
        if (header.length > total - have || header.left != total - have - header.length)
            return false;
        memcpy(value + have, link->part + sizeof(header), header.length);
        have += header.length;
        if (header.left == 0)
            return true;
        if (header.length == 0 || !wait_for_message(link, link->deadline) ||
            take(link, WIRE_REQUEST, &header) < 0)
            return false;
    }
}

uint8_t *link_receive(struct serve_link *link, size_t *n, void *(*alloc)(size_t),
                      void (*release)(void *))
{
    struct wire_header header;
    uint8_t *value;
    size_t total;

    *n = 0;
    if (!wait_for_message(link, link->deadline) || take(link, WIRE_REQUEST, &header) < 0)
        return NULL;
    total = (size_t)header.length + header.left;
    if (total == 0 || total > WIRE_VALUE_MAX)
        return NULL;
    value = alloc(total);
    /* The permit follows at once; from then on it can be taken without waiting. */
    if (value &&
        (!collect(link, value, total, header) || !wait_for_message(link, link->deadline))) {
        release(value);
        return NULL;
    }
    *n = total;
    return value;
}

bool link_skip_request(struct serve_link *link)
{
    while (wait_for_message(link, link->deadline)) {
        long n = receive(link);

        if (n <= 0)
            return false;
        if (wire_check(link->part, (size_t)n, WIRE_PERMIT))
            return true;
    }
    return false;
}

int link_send(struct serve_link *link, const uint8_t *value, size_t n)
{
    size_t part;

    do {
        part = n < WIRE_PART_MAX ? n : WIRE_PART_MAX;
        memcpy(link->part + sizeof(struct wire_header), value, part);
        n -= part;
        value += part;
        if (!send_part(link, WIRE_REPLY, (uint32_t)part, (uint32_t)n))
            return -1;
    } while (n > 0);
    return 0;
}
