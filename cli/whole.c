/* Calls that return too early: see whole.h. */
#include "whole.h"

#include <limits.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#define PARTS_MAX 64 /* more are as good as many bytes */

/* How much a call is to transfer, at most; and when it does not return before. */
struct cut {
    long number;
    const char *name;
    enum { ANY, BYTES, VECTOR, MESSAGE } amount;
    enum { ALWAYS, IF_TOLD, IF_TERMINAL } when; /* IF_TOLD: MSG_WAITALL */
    int flags;                                  /* which argument tells */
};

static const struct cut cuts[] = {
    {SYS_write, "write", BYTES, ALWAYS, 0},
    {SYS_writev, "writev", VECTOR, ALWAYS, 0},
    {SYS_sendto, "send", BYTES, ALWAYS, 0},
    {SYS_sendmsg, "sendmsg", MESSAGE, ALWAYS, 0},
    {SYS_recvfrom, "recv", BYTES, IF_TOLD, 3},
    {SYS_recvmsg, "recvmsg", MESSAGE, IF_TOLD, 2},
    {SYS_read, "read", BYTES, IF_TERMINAL, 0},
    {SYS_readv, "readv", VECTOR, IF_TERMINAL, 0},
    {SYS_pwritev2, "pwritev2", ANY, ALWAYS, 0},
    {SYS_sendmmsg, "sendmmsg", ANY, ALWAYS, 0},
    {SYS_recvmmsg, "recvmmsg", ANY, ALWAYS, 0},
    {SYS_sendfile, "sendfile", ANY, ALWAYS, 0},
    {SYS_splice, "splice", ANY, ALWAYS, 0},
    {SYS_tee, "tee", ANY, ALWAYS, 0},
    {SYS_vmsplice, "vmsplice", ANY, ALWAYS, 0},
    {SYS_copy_file_range, "copy_file_range", ANY, ALWAYS, 0},
};

static const struct cut *find_cut(long number)
{
    for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++)
        if (cuts[i].number == number)
            return &cuts[i];
    return NULL;
}

/* ---- how much ---- */

struct part { /* struct iovec */
    uint64_t at, n;
};

static uint64_t vector_bytes(struct mem *mem, uint64_t at, uint64_t count)
{
    struct part parts[PARTS_MAX];
    uint64_t sum = 0;

    if (count > PARTS_MAX || mem_read(mem, at, parts, count * sizeof(*parts)) < 0)
        return UINT64_MAX;
    for (uint64_t i = 0; i < count; i++) {
        if (parts[i].n > UINT64_MAX - sum)
            return UINT64_MAX;
        sum += parts[i].n;
    }
    return sum;
}

static uint64_t message_bytes(struct mem *mem, uint64_t at)
{
    uint64_t head[4]; /* of struct msghdr: name, its length, parts, how many */

    return mem_read(mem, at, head, sizeof(head)) < 0 ? UINT64_MAX
                                                     : vector_bytes(mem, head[2], head[3]);
}

static uint64_t bytes_of(const struct safe *safe, const struct cut *cut, const uint64_t *arguments)
{
    switch (cut->amount) {
    case BYTES:
        return arguments[2];
    case VECTOR:
        return vector_bytes(safe->mem, arguments[1], arguments[2]);
    case MESSAGE:
        return message_bytes(safe->mem, arguments[1]);
    default:
        return UINT64_MAX;
    }
}

/* ---- to what ---- */

/* A duplicate of the target's descriptor, to ask what cannot be seen in /proc; -1. */
static int duplicate(const struct safe *safe, uint64_t fd)
{
    int pidfd = (int)syscall(SYS_pidfd_open, safe->pid, 0), copy;

    if (pidfd < 0)
        return -1;
    copy = (int)syscall(SYS_pidfd_getfd, pidfd, (int)fd, 0);
    close(pidfd);
    return copy;
}

/* A datagram goes as a whole, and comes alone. */
static bool is_datagram(const struct safe *safe, uint64_t fd)
{
    int copy = duplicate(safe, fd), type = SOCK_STREAM;
    socklen_t n = sizeof(type);

    if (copy < 0)
        return false;
    if (getsockopt(copy, SOL_SOCKET, SO_TYPE, &type, &n) < 0)
        type = SOCK_STREAM;
    close(copy);
    return type != SOCK_STREAM;
}

/* drivers/tty/n_tty.c, n_tty_read(): without lines it takes what there is, until there were VMIN bytes. */
static bool awaits_several(const struct safe *safe, uint64_t fd)
{
    int copy = duplicate(safe, fd);
    struct termios t;
    bool several;

    if (copy < 0)
        return false;
    several = tcgetattr(copy, &t) == 0 && !(t.c_lflag & ICANON) && t.c_cc[VMIN] > 1;
    close(copy);
    return several;
}

/* How many bytes at once are transferred all or not at all. fs/pipe.c, pipe_write(): a page, if it cannot be merged
 * with what is there, takes a slot of its own. Streams take what fits (net/ipv4/tcp.c, tcp_sendmsg_locked();
 * net/unix/af_unix.c), terminals likewise (drivers/tty/n_tty.c, n_tty_write()). What has no type, such as an eventfd,
 * knows no parts. */
static uint64_t whole_bytes(const struct safe *safe, uint64_t fd)
{
    switch (safe_file_type(safe, fd)) {
    case S_IFIFO:
        return PIPE_BUF;
    case S_IFSOCK:
        return is_datagram(safe, fd) ? UINT64_MAX : 1;
    case S_IFCHR:
        return 1;
    default:
        return UINT64_MAX;
    }
}

const char *whole_at_risk(const struct safe *safe, const struct procfs_call *call)
{
    const struct cut *cut = find_cut(call->number);
    const uint64_t *a = call->arguments;
    uint64_t bytes;

    if (!cut || (cut->when == IF_TOLD && !(a[cut->flags] & MSG_WAITALL)))
        return NULL;
    if (cut->amount == ANY)
        return cut->name;
    bytes = bytes_of(safe, cut, a);
    if (bytes <= 1)
        return NULL;
    if (cut->when == IF_TERMINAL)
        return safe_file_type(safe, a[0]) == S_IFCHR && awaits_several(safe, a[0]) ? cut->name
                                                                                   : NULL;
    return bytes > whole_bytes(safe, a[0]) ? cut->name : NULL;
}
