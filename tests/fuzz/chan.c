/* The command's side of the conversation with an agent that says anything: cli/chan.c,
 * cli/converse.c. The socket pair is real; no wait blocks, because the process has ended.
 *
 *   input:   flags (1)
 *   message: what it is (1), length of its payload (2), payload; to the end of the input */
#include "converse.h"
#include "wire.h"

#include "clean.h"
#include "fuzz.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define TAKEN 1u   /* the agent has the permit when it is asked back */
#define GREETED 2u /* a good HELLO comes first */
#define PAYLOAD_MAX 4096u

static bool permit_is_taken;
static int agent_end;

ssize_t __real_recv(int fd, void *to, size_t n, int flags);
ssize_t __wrap_recv(int fd, void *to, size_t n, int flags);
ssize_t __wrap_recv(int fd, void *to, size_t n, int flags)
{
    if (fd == agent_end && permit_is_taken) {
        errno = EAGAIN;
        return -1;
    }
    return __real_recv(fd, to, n, flags);
}

static void say(const void *bytes, size_t n)
{
    (void)send(agent_end, bytes, n, MSG_DONTWAIT); /* what does not fit is not said */
}

static void say_framed(enum wire_type type, const uint8_t *payload, size_t n, uint32_t left)
{
    static uint8_t message[CHAN_MESSAGE_MAX];
    struct wire_header header = wire_header(type, (uint32_t)n, left);

    memcpy(message, &header, sizeof(header));
    memcpy(message + sizeof(header), payload, n);
    say(message, sizeof(header) + n);
}

static void say_hello(void)
{
    uint8_t payload[256];
    struct wire_out out = {.buf = payload, .cap = sizeof(payload)};

    wire_put_map(&out, 3);
    wire_put_string(&out, "agent", 5), wire_put_string(&out, "1", 1);
    wire_put_string(&out, "python", 6), wire_put_string(&out, "3.11.2 (main)", 13);
    wire_put_string(&out, "state", 5), wire_put_string(&out, "ready", 5);
    say_framed(WIRE_HELLO, payload, out.len, 0);
}

static void say_message(struct input *input)
{
    unsigned what = (unsigned)take(input, 1);
    size_t n = take(input, 2) % PAYLOAD_MAX;
    const uint8_t *payload = take_bytes(input, n, &n);
    struct input number = {payload, n};
    static uint8_t full[WIRE_PART_MAX];

    switch (what % 5) {
    case 0:
        say(payload, n);
        break;
    case 1:
        say_framed(WIRE_HELLO, payload, n, 0);
        break;
    case 2:
        say_framed(WIRE_REPLY, payload, n, 0);
        break;
    case 3:
        memset(full, 0, sizeof(full));
        memcpy(full, payload, n);
        say_framed(WIRE_REPLY, full, sizeof(full), (uint32_t)what / 5);
        break;
    case 4:
        say_framed(WIRE_REPLY, payload, n, (uint32_t)take(&number, 4));
        break;
    }
}

static void converse(struct session *s)
{
    static const uint8_t request[] = {WIRE_NULL};
    struct err err = {0};
    void *reply = NULL;
    size_t n;
    int got = session_greet(s, &err);

    if (got == 0) {
        got = session_call(s, request, sizeof(request), &reply, &n, &err);
        REQUIRE(got < 0 || (reply && n > 0 && n <= WIRE_VALUE_MAX));
    }
    REQUIRE((got == 0) == !err_is_set(&err));
    REQUIRE(is_clean(err.message, strlen(err.message), CLEAN_LINE));
    REQUIRE(is_clean(s->facts.python, strlen(s->facts.python), CLEAN_LINE));
    REQUIRE(is_clean(s->facts.agent, strlen(s->facts.agent), CLEAN_LINE));
    free(reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    unsigned flags = (unsigned)take(&input, 1);
    struct session s = {
        .process = {.pid = 1}, .deadline = chan_now() + 1000, .proc_fd = -1, .mem_fd = -1};
    int pair[2];

    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    agent_end = pair[1];
    permit_is_taken = flags & TAKEN;
    s.chan = (struct chan){pair[0], pair[1], eventfd(1, EFD_CLOEXEC), -1};
    if (flags & GREETED)
        say_hello();
    while (input.left)
        say_message(&input);
    converse(&s);
    session_close(&s);
    return 0;
}
