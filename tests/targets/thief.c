/* A process that works against the command, on the descriptors that the agent is given. Loaded into a
 * Python target with ctypes: thief_start(KIND) starts a thread that does it over and over, to every
 * descriptor that was not open at the start:
 *
 *   close   closes it
 *   swap    puts a socket of another kind in its place
 *   babble  sends nonsense through it
 *   answer  sends what an agent might send: greetings, replies, permits, all empty
 *   listen  takes what was sent through it */
#include "wire.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REACH 16

int thief_start(const char *kind);

static int first, decoy;

static void close_it(int fd)
{
    close(fd);
}

static void swap(int fd)
{
    if (fcntl(fd, F_GETFD) >= 0)
        dup2(decoy, fd);
}

static void babble(int fd)
{
    static const char nonsense[5000] = "nonsense";

    send(fd, nonsense, sizeof(nonsense), MSG_DONTWAIT | MSG_NOSIGNAL);
    send(fd, nonsense, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void answer(int fd)
{
    static const uint16_t types[] = {WIRE_HELLO, WIRE_REPLY, WIRE_PERMIT};
    struct {
        struct wire_header header;
        uint8_t value;
    } message = {{WIRE_MAGIC, WIRE_VERSION, 0, 1, 0}, WIRE_NULL};

    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        message.header.type = types[i];
        send(fd, &message, sizeof(message.header) + 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
}

static void listen_in(int fd)
{
    char bytes[4096];

    (void)recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
}

static const struct kind {
    const char *name;
    void (*act)(int fd);
} kinds[] = {{"close", close_it},
             {"swap", swap},
             {"babble", babble},
             {"answer", answer},
             {"listen", listen_in}};

static void *steal(void *kind)
{
    for (;; sched_yield())
        for (int fd = first; fd < first + REACH; fd++)
            ((const struct kind *)kind)->act(fd);
    return NULL;
}

/* 0, or -1. */
int thief_start(const char *kind)
{
    pthread_t thread;

    decoy = socket(AF_INET, SOCK_STREAM, 0);
    first = decoy + 1;
    for (size_t i = 0; decoy >= 0 && i < sizeof(kinds) / sizeof(*kinds); i++)
        if (strcmp(kind, kinds[i].name) == 0)
            return pthread_create(&thread, NULL, steal, (void *)&kinds[i]) ? -1 : 0;
    return -1;
}
