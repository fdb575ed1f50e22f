/* Two threads that are sent queued signals all the time, to see whether one gets lost, is doubled or
 * changed, or makes a system call fail that it would not have made fail. Loaded into a Python target with
 * ctypes.
 *
 *   signals_start()   a thread in poll(), which a handler interrupts, and one in read(), which goes on
 *                     after a handler (SA_RESTART); and one that sends
 *   signals_tid(I)    the ID of the first (0) or second (1)
 *   signals_stop()    sends no more; all that was sent has arrived. Returns "sent N received N bad N
 *                     spurious N": a signal is bad if it is not the next one sent, or not as it was
 *                     sent; a call that failed is spurious if no handler ran meanwhile, or in read() */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int signals_start(void);
int signals_tid(int i);
const char *signals_stop(void);

#define SIGNAL (SIGRTMIN + 3)
#define IN_FLIGHT_MAX 64
#define EVERY_NS 300000

enum { IN_POLL, IN_READ, RECEIVERS };
static struct receiver {
    pthread_t thread;
    atomic_int tid;
    atomic_long sent, received;
} receivers[RECEIVERS];
static atomic_long bad, spurious;
static atomic_bool stop;
static int nothing_to_read;
static pthread_t sender;
static __thread struct receiver *self;

static void handler(int signal, siginfo_t *info, void *context)
{
    (void)context;
    if (signal != SIGNAL || info->si_code != SI_QUEUE || info->si_pid != getpid() ||
        info->si_uid != getuid() || info->si_value.sival_int != (int)self->received)
        bad++;
    self->received++;
}

static void *receive(void *receiver)
{
    struct receiver *r = receiver;
    char byte;

    self = r;
    r->tid = (int)syscall(SYS_gettid);
    for (;;) {
        long before = r->received;
        long result =
            r == &receivers[IN_POLL] ? poll(NULL, 0, -1) : read(nothing_to_read, &byte, 1);

        if (result != -1 || errno != EINTR || r == &receivers[IN_READ] || r->received == before)
            spurious++;
    }
    return NULL;
}

static void send_one(struct receiver *r)
{
    const union sigval value = {.sival_int = (int)r->sent};

    if (r->sent - r->received < IN_FLIGHT_MAX && pthread_sigqueue(r->thread, SIGNAL, value) == 0)
        r->sent++;
}

static void *send_all(void *unused)
{
    const struct timespec pause = {.tv_nsec = EVERY_NS};

    while (!stop) {
        for (int i = 0; i < RECEIVERS; i++)
            send_one(&receivers[i]);
        nanosleep(&pause, NULL);
    }
    return unused;
}

int signals_start(void)
{
    const struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART};
    int fds[2];

    if (pipe(fds) < 0 || sigaction(SIGNAL, &action, NULL) < 0)
        return -1;
    nothing_to_read = fds[0];
    for (int i = 0; i < RECEIVERS; i++) {
        if (pthread_create(&receivers[i].thread, NULL, receive, &receivers[i]))
            return -1;
        while (!receivers[i].tid)
            sched_yield();
    }
    return pthread_create(&sender, NULL, send_all, NULL);
}

int signals_tid(int i)
{
    return receivers[i].tid;
}

const char *signals_stop(void)
{
    static char text[128];
    long sent = 0, received = 0;

    stop = true;
    pthread_join(sender, NULL);
    for (int i = 0; i < RECEIVERS; i++) {
        for (int tries = 0; receivers[i].received < receivers[i].sent && tries < 5000; tries++)
            usleep(1000);
        sent += receivers[i].sent;
        received += receivers[i].received;
    }
    snprintf(text, sizeof(text), "sent %ld received %ld bad %ld spurious %ld", sent, received, bad,
             spurious);
    return text;
}
