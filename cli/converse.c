/* The conversation with the agent: see inject.h and wire.h. */
#include "converse.h"
#include "python.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The commit itself takes milliseconds; a machine that swaps may take longer. */
#define COMMIT_PATIENCE_MS 60000

#define LAST_WORD_MS 100

#define LOOK_MS 250 /* how often the agent's end is looked at */

static const char *const cancelled = "interrupted; nothing was changed";

static int put_off(struct session *s, enum chan_end end, const char *timeout, struct err *err)
{
    if (end == CHAN_CANCELLED)
        return err_set(err, STATUS_TIMEOUT, ECANCELED, "%s", cancelled);
    if (end == CHAN_TIMEOUT)
        return err_set(err, STATUS_TIMEOUT, ETIMEDOUT, "%s", timeout);
    return err_set(err, STATUS_UNATTACHABLE, ESRCH, "process %d, or its agent, went away",
                   s->process.pid);
}

static bool take_text(struct wire_in *in, const char *key, char *to, size_t cap)
{
    struct wire_item name = wire_get(in), value = wire_get(in);

    if (name.kind != WIRE_STRING || value.kind != WIRE_STRING || name.n != strlen(key) ||
        memcmp(name.s, key, name.n) != 0)
        return false;
    snprintf(to, cap, "%.*s", (int)(value.n < cap ? value.n : cap), value.s);
    err_clean(to);
    return true;
}

/* "3.11.7 (main, ...) [GCC ...]" */
static void note_version(struct target_facts *facts, const char *version)
{
    unsigned major, minor;

    if (sscanf(version, "%u.%u.", &major, &minor) != 2)
        return;
    facts->major = major;
    facts->minor = minor;
    snprintf(facts->python, sizeof(facts->python), "%.*s", (int)strcspn(version, " "), version);
    err_clean(facts->python); /* it may have been cut within a character */
}

static int check_state(struct session *s, const char *state, struct err *err)
{
    static const struct {
        const char *state, *message;
        int code;
    } reasons[] = {
        {"uninitialized", "its Python interpreter is not initialised", EAGAIN},
        {"finalizing", "its Python interpreter is shutting down", EAGAIN},
        {"free-threaded", PYTHON_FREE_THREADED, ENOTSUP},
    };

    if (strcmp(state, "ready") == 0)
        return 0;
    for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
        if (strcmp(state, reasons[i].state) == 0)
            return err_set(err, STATUS_UNATTACHABLE, reasons[i].code, "%s", reasons[i].message);
    return err_set(err, STATUS_UNATTACHABLE, EPROTO, "the agent in process %d answered nonsense",
                   s->process.pid);
}

static int read_hello(struct session *s, const uint8_t *payload, size_t n, struct err *err)
{
    struct wire_in in = {.at = payload, .end = payload + n};
    struct wire_item map = wire_get(&in);
    char version[256], state[32];

    if (map.kind != WIRE_MAP || map.count != 3 ||
        !take_text(&in, "agent", s->facts.agent, sizeof(s->facts.agent)) ||
        !take_text(&in, "python", version, sizeof(version)) ||
        !take_text(&in, "state", state, sizeof(state)))
        return err_set(err, STATUS_UNATTACHABLE, EPROTO,
                       "the agent in process %d answered nonsense", s->process.pid);
    note_version(&s->facts, version);
    return check_state(s, state, err);
}

/* The program has closed the agent's descriptor: the agent can neither answer nor hang up, as we have a
 * duplicate. Only the link is read: nothing that may stand there instead is opened. */
static bool is_lost(const struct session *s)
{
    char name[32], ours[64], now[64];

    snprintf(name, sizeof(name), "fd/%d", s->agent_fd);
    snprintf(ours, sizeof(ours), "socket:[%llu]", (unsigned long long)s->agent_ino);
    if (procfs_link(s->proc_fd, name, now, sizeof(now)) < 0)
        return errno == ENOENT;
    return strcmp(now, ours) != 0;
}

/* chan_receive(), but CHAN_GONE with s->lost if nothing can come any more. What came before is found. */
static enum chan_end receive(struct session *s, enum wire_type type, uint8_t *message,
                             const uint8_t **payload, struct wire_header *header, int64_t deadline)
{
    enum chan_end end;
    int64_t until;

    for (bool lost = false;; lost = is_lost(s)) {
        until = chan_now() + (lost ? 0 : LOOK_MS);
        if (until >= deadline)
            return chan_receive(&s->chan, type, message, payload, header, deadline);
        end = chan_receive(&s->chan, type, message, payload, header, until);
        s->lost = lost && end == CHAN_TIMEOUT;
        if (end != CHAN_TIMEOUT || lost)
            return s->lost ? CHAN_GONE : end;
    }
}

int session_greet(struct session *s, struct err *err)
{
    uint8_t message[CHAN_MESSAGE_MAX], payload[64];
    struct wire_out out = {.buf = payload, .cap = sizeof(payload)};
    struct wire_header header;
    const uint8_t *answer;
    enum chan_end end;
    int64_t left = s->deadline - chan_now();

    wire_put_map(&out, 1);
    wire_put_string(&out, "timeout_ms", 10);
    wire_put_int(&out, left > 0 ? left : 0);
    end = chan_send(&s->chan, WIRE_HELLO, payload, (uint32_t)out.len, 0, s->deadline);
    if (end == CHAN_READY)
        end = receive(s, WIRE_HELLO, message, &answer, &header, s->deadline);
    if (end != CHAN_READY)
        return put_off(s, end, "the agent did not answer in time; nothing was changed", err);
    if (!answer)
        return err_set(err, STATUS_UNATTACHABLE, EPROTO,
                       "the agent in process %d speaks another protocol", s->process.pid);
    return read_hello(s, answer, header.length, err);
}

static enum chan_end send_request(struct session *s, const uint8_t *request, size_t n)
{
    enum chan_end end;
    uint32_t part;

    do {
        part = n < WIRE_PART_MAX ? (uint32_t)n : WIRE_PART_MAX;
        n -= part;
        end = chan_send(&s->chan, WIRE_REQUEST, request, part, (uint32_t)n, s->deadline);
        request += part;
    } while (end == CHAN_READY && n > 0);
    if (end != CHAN_READY)
        return end;
    end = chan_send(&s->chan, WIRE_PERMIT, NULL, 0, 0, s->deadline);
    if (end == CHAN_READY)
        s->permit = PERMIT_SENT;
    return end;
}

bool session_withdraw(struct session *s)
{
    if (s->permit == PERMIT_SENT)
        s->permit = chan_take_back(&s->chan) ? PERMIT_WITHDRAWN : PERMIT_TAKEN;
    return s->permit != PERMIT_TAKEN;
}

/* The process takes a moment from closing its sockets to its end. */
#define END_PATIENCE_MS 200

static bool has_ended(const struct session *s)
{
    struct pollfd p = {.fd = s->chan.pidfd, .events = POLLIN};

    return poll(&p, 1, END_PATIENCE_MS) > 0;
}

/* The agent hung up without an answer, or its descriptor was closed. What the new top level did in a
 * process that is gone is not known, even if nothing was committed. */
static int hung_up(struct session *s, bool withdrawn, struct err *err)
{
    if (has_ended(s))
        return err_set(err, STATUS_UNKNOWN, EPIPE, "process %d ended %s", s->process.pid,
                       withdrawn ? "in the middle of the import" : "after it had begun to change");
    if (withdrawn && s->lost)
        return err_set(err, STATUS_TIMEOUT, EPIPE,
                       "its program closed the agent's descriptor; nothing was changed");
    if (withdrawn)
        return err_set(err, STATUS_TIMEOUT, ETIMEDOUT, "its agent gave up; nothing was changed");
    if (s->lost)
        return err_set(err, STATUS_UNKNOWN, EPIPE,
                       "process %d has begun to change, and its program closed the agent's "
                       "descriptor",
                       s->process.pid);
    return err_set(err, STATUS_UNKNOWN, EPIPE,
                   "process %d has begun to change, and its agent went away", s->process.pid);
}

/* A wait for the reply ended without one. 0: go on waiting, until the new *deadline. An agent that
 * could not begin in time is about to say what it waited for. */
static int reply_late(struct session *s, enum chan_end end, int64_t *deadline, struct err *err)
{
    bool had = s->permit == PERMIT_WITHDRAWN, withdrawn = session_withdraw(s);

    if (end == CHAN_GONE)
        return hung_up(s, withdrawn, err);
    if (withdrawn && !had && end == CHAN_TIMEOUT) {
        *deadline = chan_now() + LAST_WORD_MS;
        return 0;
    }
    if (withdrawn)
        return put_off(s, end, "timed out; nothing was changed", err);
    if (s->deadline + COMMIT_PATIENCE_MS <= chan_now())
        return err_set(err, STATUS_UNKNOWN, ETIMEDOUT,
                       "process %d has begun to change, but does not answer", s->process.pid);
    *deadline = s->deadline + COMMIT_PATIENCE_MS;
    s->chan.cancel_fd = -1; /* too late for that */
    return 0;
}

static int nonsense(struct session *s, struct err *err)
{
    bool withdrawn = session_withdraw(s);

    return err_set(err, withdrawn ? STATUS_UNATTACHABLE : STATUS_UNKNOWN, EPROTO,
                   "the agent in process %d answered nonsense", s->process.pid);
}

/* Appends a part to *reply. 1: that was the last one. */
static int append(struct session *s, uint8_t **reply, size_t *n, const uint8_t *payload,
                  const struct wire_header *header, size_t *expected, struct err *err)
{
    size_t total = *n + header->length + header->left;
    uint8_t *larger;

    if (total == 0 || total > WIRE_VALUE_MAX || (*n && total != *expected) ||
        (header->left && header->length != WIRE_PART_MAX))
        return nonsense(s, err);
    larger = realloc(*reply, *n + header->length);
    if (!larger)
        return err_sys(err, STATUS_UNKNOWN, ENOMEM, "the reply of process %d", s->process.pid);
    memcpy(larger + *n, payload, header->length);
    *reply = larger;
    *n += header->length;
    *expected = total;
    return header->left == 0;
}

static int receive_reply(struct session *s, uint8_t **reply, size_t *n, struct err *err)
{
    uint8_t message[CHAN_MESSAGE_MAX];
    struct wire_header header;
    const uint8_t *payload;
    int64_t deadline = s->deadline;
    size_t expected = 0;
    enum chan_end end;
    int done = 0;

    while (done == 0) {
        end = receive(s, WIRE_REPLY, message, &payload, &header, deadline);
        if (end != CHAN_READY)
            done = reply_late(s, end, &deadline, err);
        else if (!payload)
            done = nonsense(s, err);
        else
            done = append(s, reply, n, payload, &header, &expected, err);
    }
    return done < 0 ? -1 : 0;
}

int session_call(struct session *s, const void *request, size_t n, void **reply, size_t *reply_n,
                 struct err *err)
{
    enum chan_end end;
    uint8_t *value = NULL;

    *reply = NULL;
    *reply_n = 0;
    if (n == 0 || n > WIRE_VALUE_MAX)
        return err_set(err, STATUS_FAILED, EMSGSIZE, "the request is too large");
    end = send_request(s, request, n);
    if (end != CHAN_READY)
        return put_off(s, end, "timed out; nothing was changed", err);
    if (receive_reply(s, &value, reply_n, err) < 0) {
        free(value);
        return -1;
    }
    *reply = value;
    return 0;
}

static void shut(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void session_close(struct session *s)
{
    session_withdraw(s);
    if (s->chan.socket >= 0)
        shutdown(s->chan.socket, SHUT_RDWR); /* even if a fork in the target copied an end */
    shut(&s->chan.socket);
    shut(&s->chan.agent_end);
    shut(&s->chan.pidfd);
    shut(&s->mem_fd);
    shut(&s->proc_fd);
}
