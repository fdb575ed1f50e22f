/* The agent's side of the conversation: agent/link.c. Its system calls (agent/rt.h) are answered
 * here: the messages come from the input, then the command has hung up.
 *
 *   input:   flags (1)
 *   message: what it is (1), length of its payload (2), payload; to the end of the input */
#include "link.h"
#include "rt.h"

#include "fuzz.h"

#define FULL 1u  /* nothing can be sent at first */
#define TAKEN 2u /* the descriptor is another one after a while */
#define TAKEN_NS 8000000
#define PAYLOAD_MAX 8192u
#define MEMORY_MAX (1u << 20)

static struct input messages;
static unsigned flags;
static int64_t now_ns;

int64_t rt_monotonic_ns(void)
{
    return now_ns += 1000000; /* so that every wait ends */
}

int rt_poll(struct rt_pollfd *fds, unsigned count, int64_t timeout_ms)
{
    (void)timeout_ms;
    REQUIRE(count == 1);
    fds->revents = (short)(fds->events & (RT_POLLIN | RT_POLLOUT));
    if (!messages.left && fds->events & RT_POLLIN)
        fds->revents = RT_POLLIN | RT_POLLRDHUP;
    return 1;
}

/* The program takes our descriptor at some time. */
bool rt_is(int fd, uint64_t dev, uint64_t ino)
{
    (void)fd;
    (void)dev;
    (void)ino;
    return !(flags & TAKEN) || now_ns < TAKEN_NS;
}

static size_t frame(uint8_t *to, size_t room, unsigned what, const uint8_t *payload, size_t n)
{
    static const enum wire_type types[] = {WIRE_HELLO, WIRE_REQUEST, WIRE_REQUEST, WIRE_PERMIT};
    struct input number = {payload, n};
    uint32_t left = what % 5 == 3 ? (uint32_t)take(&number, 4) : what / 5;
    struct wire_header header = wire_header(types[what % 5 - 1], (uint32_t)n, left);

    REQUIRE(room >= sizeof(header) + n);
    memcpy(to, &header, sizeof(header));
    memcpy(to + sizeof(header), payload, n);
    return sizeof(header) + n;
}

long rt_recv(int fd, void *bytes, size_t n)
{
    unsigned what;
    size_t length;
    const uint8_t *payload;

    (void)fd;
    if (!messages.left)
        return 0;
    what = (unsigned)take(&messages, 1);
    length = take(&messages, 2) % PAYLOAD_MAX;
    payload = take_bytes(&messages, length, &length);
    if (what % 5 != 0)
        return (long)frame(bytes, n, what, payload, length);
    memcpy(bytes, payload, length < n ? length : n);
    return (long)length;
}

long rt_send(int fd, const void *bytes, size_t n)
{
    (void)fd;
    REQUIRE(n >= sizeof(struct wire_header) &&
            wire_check(bytes, n, (enum wire_type)((const struct wire_header *)bytes)->type));
    if (flags & FULL) {
        flags &= ~FULL;
        return -11; /* EAGAIN */
    }
    return (long)n;
}

/* There is no more memory than that: so that runs are quick. */
static void *allocate(size_t n)
{
    return n <= MEMORY_MAX ? malloc(n) : NULL;
}

static void converse(struct serve_link *link)
{
    uint8_t *request;
    size_t n;

    if (!link_greet(link, 1000))
        return;
    if (!link_answer(link, "3.11.2 (main)", "ready")) {
        REQUIRE(flags & TAKEN);
        return;
    }
    request = link_receive(link, &n, allocate, free);
    if (!request) {
        REQUIRE(n == 0 || n > MEMORY_MAX);
        if (n > 0)
            (void)link_skip_request(link);
        return;
    }
    REQUIRE(n > 0 && n <= WIRE_VALUE_MAX);
    (void)link_open(link);
    (void)link_take_permit(link);
    REQUIRE(link_send(link, request, n) == 0 || flags & TAKEN);
    free(request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct serve_link link = {.fd = -1, .part = malloc(LINK_MESSAGE_MAX)};

    messages = (struct input){data, size};
    flags = (unsigned)take(&messages, 1);
    now_ns = 0;
    converse(&link);
    free(link.part);
    return 0;
}
