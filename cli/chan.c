/* The conversation: see chan.h. */
#include "chan.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#define MESSAGES_MAX (WIRE_VALUE_MAX / WIRE_PART_MAX + 16) /* of one conversation */

int64_t chan_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

enum chan_end chan_wait(const struct chan *chan, bool writing, int64_t deadline)
{
    struct pollfd fds[] = {{.fd = chan->socket, .events = writing ? POLLOUT : POLLIN},
                           {.fd = chan->pidfd, .events = POLLIN},
                           {.fd = chan->cancel_fd, .events = POLLIN}};
    int64_t left;

    for (;;) {
        left = deadline - chan_now();
        if (left < 0)
            left = 0;
        if (poll(fds, 3, left > INT_MAX ? INT_MAX : (int)left) < 0 && errno != EINTR)
            return CHAN_GONE;
        if (fds[0].revents & (POLLIN | POLLOUT))
            return CHAN_READY;
        if (fds[0].revents || fds[1].revents)
            return CHAN_GONE;
        if (fds[2].revents)
            return CHAN_CANCELLED;
        if (left == 0)
            return CHAN_TIMEOUT;
    }
}

enum chan_end chan_send(const struct chan *chan, enum wire_type type, const void *payload,
                        uint32_t n, uint32_t left, int64_t deadline)
{
    struct wire_header header = wire_header(type, n, left);
    struct iovec parts[] = {{&header, sizeof(header)}, {(void *)payload, n}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    enum chan_end end;

    for (;;) {
        if (sendmsg(chan->socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
            return CHAN_READY;
        if (errno != EAGAIN && errno != EINTR)
            return CHAN_GONE;
        end = chan_wait(chan, true, deadline);
        if (end != CHAN_READY)
            return end;
    }
}

enum chan_end chan_receive(const struct chan *chan, enum wire_type type, uint8_t *message,
                           const uint8_t **payload, struct wire_header *header, int64_t deadline)
{
    enum chan_end end;
    ssize_t n;

    do {
        end = chan_wait(chan, false, deadline);
        if (end != CHAN_READY)
            return end;
        n = recv(chan->socket, message, CHAN_MESSAGE_MAX, MSG_DONTWAIT | MSG_TRUNC);
    } while (n < 0 && (errno == EAGAIN || errno == EINTR));
    if (n <= 0)
        return CHAN_GONE;
    *payload = wire_check(message, (size_t)n, type) ? message + sizeof(*header) : NULL;
    if (*payload)
        memcpy(header, message, sizeof(*header));
    return CHAN_READY;
}

bool chan_take_back(const struct chan *chan)
{
    uint8_t message[CHAN_MESSAGE_MAX];
    bool request = false, permit = false;
    ssize_t n;

    /* No more than was sent: a hostile target may go on sending itself more. */
    for (unsigned i = 0; i < MESSAGES_MAX && !permit; i++) {
        n = recv(chan->agent_end, message, sizeof(message), MSG_DONTWAIT | MSG_TRUNC);
        if (n == 0 || (n < 0 && errno != EINTR))
            break;
        permit = n > 0 && wire_check(message, (size_t)n, WIRE_PERMIT);
        request |= n > 0 && wire_check(message, (size_t)n, WIRE_REQUEST);
    }
    return permit || request;
}
