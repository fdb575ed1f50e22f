/* Threads blocked in every kind of system call, to see whether a visit makes one fail or return
 * early. Loaded into a Python target with ctypes.
 *
 *   zoo_start(NAME)  a thread that makes that call again and again; NULL: one for each. Returns how
 *                    many were started.
 *   zoo_tid(NAME)    the kernel's ID of that thread
 *   zoo_names()      all names, each followed by a blank
 *   zoo_report()     a line for each thread: NAME calls N bad N LAST; `bad` counts the calls that
 *                    failed, or returned although nothing had happened and their time was not up *   zoo_end()        removes what would outlive the process
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT_MS 150
#define SLACK_MS 2

int zoo_start(const char *name);
int zoo_tid(const char *name);
const char *zoo_names(void);
const char *zoo_report(void);
void zoo_end(void);

struct inmate;

/* One call. Returns as the system call does: -1 with errno. `timed`: it ends after TIMEOUT_MS with
 * the result or errno `expected`; otherwise it never ends. */
struct kind {
    const char *name;
    long (*call)(struct inmate *);
    void (*prepare)(struct inmate *);
    bool timed;
    long expected; /* a result, or minus an errno value */
};

struct inmate {
    const struct kind *kind;
    pthread_t thread;
    atomic_int tid;
    int fd, other, epoll;
    sem_t semaphore;
    pthread_mutex_t mutex;
    pthread_cond_t condition;
    pthread_t sleeper;
    atomic_long calls, bad, last, elapsed_ms;
};

static const struct timespec short_time = {.tv_nsec = TIMEOUT_MS * 1000000l};

static struct timespec later(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    t.tv_nsec += TIMEOUT_MS * 1000000l;
    if (t.tv_nsec >= 1000000000l) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000l;
    }
    return t;
}

static void die(const char *what)
{
    perror(what);
    abort();
}

/* ---- descriptors to wait on ---- */

static void use_pipe(struct inmate *i)
{
    int fds[2];

    if (pipe2(fds, O_CLOEXEC) < 0)
        die("pipe2");
    i->fd = fds[0];
    i->other = fds[1];
}

static void use_full_pipe(struct inmate *i)
{
    static const char bytes[65536];
    int end;

    use_pipe(i);
    end = i->fd;
    i->fd = i->other;
    i->other = end;
    fcntl(i->fd, F_SETFL, O_NONBLOCK);
    while (write(i->fd, bytes, sizeof(bytes)) > 0)
        ;
    while (write(i->fd, bytes, 1) > 0)
        ;
    fcntl(i->fd, F_SETFL, 0);
}

static void use_socket(struct inmate *i)
{
    int fds[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
        die("socketpair");
    i->fd = fds[0];
    i->other = fds[1];
}

static void set_timeout(int fd)
{
    const struct timeval t = {.tv_usec = TIMEOUT_MS * 1000};

    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t)) < 0)
        die("setsockopt");
}

static void use_timed_socket(struct inmate *i)
{
    use_socket(i);
    set_timeout(i->fd);
}

static void use_full_socket(struct inmate *i)
{
    static const char bytes[4096];

    use_socket(i);
    while (send(i->fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
        ;
    while (send(i->fd, bytes, 1, MSG_DONTWAIT) > 0)
        ;
}

static void use_full_timed_socket(struct inmate *i)
{
    use_full_socket(i);
    set_timeout(i->fd);
}

static struct sockaddr_un own_address(struct inmate *i, socklen_t *n)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    *n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
                     (size_t)snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1,
                                      "zoo-%d-%p", getpid(), (void *)i));
    return address;
}

static void use_listener(struct inmate *i)
{
    socklen_t n;
    struct sockaddr_un address = own_address(i, &n);

    i->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (i->fd < 0 || bind(i->fd, (struct sockaddr *)&address, n) < 0 || listen(i->fd, 0) < 0)
        die("listen");
}

static void use_timed_listener(struct inmate *i)
{
    use_listener(i);
    set_timeout(i->fd);
}

/* A listener whose queue is full: to connect to it takes for ever. */
static void use_full_listener(struct inmate *i)
{
    socklen_t n;
    struct sockaddr_un address = own_address(i, &n);
    int fd, error;

    use_listener(i);
    do {
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        error = connect(fd, (struct sockaddr *)&address, n);
    } while (error == 0);
    close(fd);
    i->other = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static void use_full_timed_listener(struct inmate *i)
{
    use_full_listener(i);
    set_timeout(i->other);
}

static void use_eventfd(struct inmate *i)
{
    i->fd = eventfd(0, EFD_CLOEXEC);
}

static void use_timerfd(struct inmate *i)
{
    i->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
}

static void use_inotify(struct inmate *i)
{
    i->fd = inotify_init1(IN_CLOEXEC);
}

static void use_signalfd(struct inmate *i)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGRTMAX - 1);
    i->fd = signalfd(-1, &set, SFD_CLOEXEC);
}

static void use_terminal(struct inmate *i)
{
    i->other = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (i->other < 0 || grantpt(i->other) < 0 || unlockpt(i->other) < 0)
        die("posix_openpt");
    i->fd = open(ptsname(i->other), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (i->fd < 0)
        die("pty");
}

static void use_epoll(struct inmate *i)
{
    struct epoll_event event = {.events = EPOLLIN};

    use_pipe(i);
    i->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (i->epoll < 0 || epoll_ctl(i->epoll, EPOLL_CTL_ADD, i->fd, &event) < 0)
        die("epoll");
}

/* ---- waiting for descriptors ---- */

static long do_epoll_wait(struct inmate *i)
{
    struct epoll_event event;
    return epoll_wait(i->epoll, &event, 1, -1);
}
static long do_epoll_wait_timed(struct inmate *i)
{
    struct epoll_event event;
    return epoll_wait(i->epoll, &event, 1, TIMEOUT_MS);
}
static long do_epoll_pwait(struct inmate *i)
{
    struct epoll_event event;
    sigset_t set;

    sigfillset(&set);
    return epoll_pwait(i->epoll, &event, 1, TIMEOUT_MS, &set);
}
static long do_epoll_pwait2(struct inmate *i)
{
    struct epoll_event event;
    return syscall(SYS_epoll_pwait2, i->epoll, &event, 1, &short_time, NULL, 8);
}
static long do_poll(struct inmate *i)
{
    struct pollfd p = {.fd = i->fd, .events = POLLIN};
    return poll(&p, 1, -1);
}
static long do_poll_timed(struct inmate *i)
{
    struct pollfd p = {.fd = i->fd, .events = POLLIN};
    return poll(&p, 1, TIMEOUT_MS);
}
static long do_ppoll(struct inmate *i)
{
    struct pollfd p = {.fd = i->fd, .events = POLLIN};
    sigset_t set;

    sigfillset(&set);
    return ppoll(&p, 1, &short_time, &set);
}
static long do_select(struct inmate *i)
{
    fd_set set;

    FD_ZERO(&set);
    FD_SET(i->fd, &set);
    return select(i->fd + 1, &set, NULL, NULL, NULL);
}
static long do_select_timed(struct inmate *i)
{
    struct timeval t = {.tv_usec = TIMEOUT_MS * 1000};
    fd_set set;

    FD_ZERO(&set);
    FD_SET(i->fd, &set);
    return select(i->fd + 1, &set, NULL, NULL, &t);
}
static long do_pselect(struct inmate *i)
{
    fd_set fds;
    sigset_t set;

    FD_ZERO(&fds);
    FD_SET(i->fd, &fds);
    sigfillset(&set);
    return pselect(i->fd + 1, &fds, NULL, NULL, &short_time, &set);
}

/* ---- sleeping and waiting for signals ---- */

static long do_nanosleep(struct inmate *i)
{
    (void)i;
    return nanosleep(&short_time, NULL);
}
static long do_clock_nanosleep(struct inmate *i)
{
    (void)i;
    errno = clock_nanosleep(CLOCK_MONOTONIC, 0, &short_time, NULL);
    return errno ? -1 : 0;
}
static long do_clock_nanosleep_until(struct inmate *i)
{
    struct timespec until = later(CLOCK_MONOTONIC);

    (void)i;
    errno = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    return errno ? -1 : 0;
}
static long do_pause(struct inmate *i)
{
    (void)i;
    return pause();
}
static long do_sigsuspend(struct inmate *i)
{
    sigset_t set;

    (void)i;
    sigfillset(&set);
    return sigsuspend(&set);
}
static long do_sigwaitinfo(struct inmate *i)
{
    sigset_t set;

    (void)i;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMAX - 2);
    return sigwaitinfo(&set, NULL);
}
static long do_sigtimedwait(struct inmate *i)
{
    sigset_t set;

    (void)i;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMAX - 3);
    return sigtimedwait(&set, NULL, &short_time);
}

/* ---- reading and writing ---- */

static long do_read(struct inmate *i)
{
    char bytes[256];
    return read(i->fd, bytes, sizeof(bytes));
}
static long do_write(struct inmate *i)
{
    return write(i->fd, "x", 1);
}
static long do_recv(struct inmate *i)
{
    char byte;
    return recv(i->fd, &byte, 1, 0);
}
static long do_recvmsg(struct inmate *i)
{
    struct msghdr message = {0};
    char byte;
    struct iovec part = {&byte, 1};

    message.msg_iov = &part;
    message.msg_iovlen = 1;
    return recvmsg(i->fd, &message, 0);
}
static long do_send(struct inmate *i)
{
    return send(i->fd, "x", 1, MSG_NOSIGNAL);
}
static long do_sendmsg(struct inmate *i)
{
    struct iovec part = {(void *)"x", 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    return sendmsg(i->fd, &message, MSG_NOSIGNAL);
}
static long do_accept(struct inmate *i)
{
    return accept(i->fd, NULL, NULL);
}
static long do_accept4(struct inmate *i)
{
    return accept4(i->fd, NULL, NULL, SOCK_CLOEXEC);
}
static long do_connect(struct inmate *i)
{
    socklen_t n;
    struct sockaddr_un address = own_address(i, &n);
    return connect(i->other, (struct sockaddr *)&address, n);
}

/* ---- processes ---- */

static void use_child(struct inmate *i)
{
    i->fd = fork();
    if (i->fd == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            pause();
    }
    if (i->fd < 0)
        die("fork");
}
static long do_wait4(struct inmate *i)
{
    return wait4(i->fd, NULL, 0, NULL);
}
static long do_waitid(struct inmate *i)
{
    siginfo_t info;
    return waitid(P_PID, (id_t)i->fd, &info, WEXITED);
}

/* ---- futexes ---- */

static void use_futexes(struct inmate *i)
{
    pthread_condattr_t attr;

    sem_init(&i->semaphore, 0, 0);
    pthread_mutex_init(&i->mutex, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&i->condition, &attr);
}
static long do_sem_wait(struct inmate *i)
{
    return sem_wait(&i->semaphore);
}
static long do_sem_timedwait(struct inmate *i)
{
    struct timespec until = later(CLOCK_REALTIME);
    return sem_timedwait(&i->semaphore, &until);
}
static long do_cond_wait(struct inmate *i)
{
    pthread_mutex_lock(&i->mutex);
    return pthread_cond_wait(&i->condition, &i->mutex);
}
static long do_cond_timedwait(struct inmate *i)
{
    struct timespec until = later(CLOCK_MONOTONIC);

    pthread_mutex_lock(&i->mutex);
    errno = pthread_cond_timedwait(&i->condition, &i->mutex, &until);
    pthread_mutex_unlock(&i->mutex);
    return errno ? -1 : 0;
}
static void *sleep_for_ever(void *unused)
{
    (void)unused;
    for (;;)
        pause();
    return NULL;
}
static void use_sleeper(struct inmate *i)
{
    if (pthread_create(&i->sleeper, NULL, sleep_for_ever, NULL))
        die("pthread_create");
}
static long do_join(struct inmate *i)
{
    return pthread_join(i->sleeper, NULL);
}
static void use_locked_mutex(struct inmate *i)
{
    use_futexes(i);
    pthread_mutex_lock(&i->mutex);
}
static long do_mutex_lock(struct inmate *i)
{
    return pthread_mutex_lock(&i->mutex);
}
static long do_futex_relative(struct inmate *i)
{
    static int word;

    (void)i;
    return syscall(SYS_futex, &word, 0 /* FUTEX_WAIT */, 0, &short_time, NULL, 0);
}

/* ---- System V, locks ---- */

static void use_queue(struct inmate *i)
{
    i->fd = msgget(IPC_PRIVATE, 0600);
    i->other = semget(IPC_PRIVATE, 1, 0600);
    if (i->fd < 0 || i->other < 0)
        die("msgget, semget");
}
static long do_msgrcv(struct inmate *i)
{
    long message[2];
    return msgrcv(i->fd, message, sizeof(long), 0, 0);
}
static long do_semop(struct inmate *i)
{
    struct sembuf take = {.sem_op = -1};
    return semop(i->other, &take, 1);
}
static long do_semtimedop(struct inmate *i)
{
    struct sembuf take = {.sem_op = -1};
    return semtimedop(i->other, &take, 1, &short_time);
}
static void use_locked_file(struct inmate *i)
{
    char name[64];

    i->fd = memfd_create("zoo", MFD_CLOEXEC);
    snprintf(name, sizeof(name), "/proc/self/fd/%d", i->fd);
    i->other = open(name, O_RDWR | O_CLOEXEC);
    if (i->fd < 0 || i->other < 0 || flock(i->fd, LOCK_EX) < 0)
        die("flock");
}
static long do_flock(struct inmate *i)
{
    return flock(i->other, LOCK_EX);
}

static const struct kind kinds[] = {
    {"epoll_wait", do_epoll_wait, use_epoll, false, 0},
    {"epoll_wait_timed", do_epoll_wait_timed, use_epoll, true, 0},
    {"epoll_pwait", do_epoll_pwait, use_epoll, true, 0},
    {"epoll_pwait2", do_epoll_pwait2, use_epoll, true, 0},
    {"poll", do_poll, use_pipe, false, 0},
    {"poll_timed", do_poll_timed, use_pipe, true, 0},
    {"ppoll", do_ppoll, use_pipe, true, 0},
    {"select", do_select, use_pipe, false, 0},
    {"select_timed", do_select_timed, use_pipe, true, 0},
    {"pselect", do_pselect, use_pipe, true, 0},
    {"nanosleep", do_nanosleep, NULL, true, 0},
    {"clock_nanosleep", do_clock_nanosleep, NULL, true, 0},
    {"clock_nanosleep_until", do_clock_nanosleep_until, NULL, true, 0},
    {"pause", do_pause, NULL, false, 0},
    {"sigsuspend", do_sigsuspend, NULL, false, 0},
    {"sigwaitinfo", do_sigwaitinfo, NULL, false, 0},
    {"sigtimedwait", do_sigtimedwait, NULL, true, -EAGAIN},
    {"read_pipe", do_read, use_pipe, false, 0},
    {"read_socket", do_read, use_socket, false, 0},
    {"read_eventfd", do_read, use_eventfd, false, 0},
    {"read_timerfd", do_read, use_timerfd, false, 0},
    {"read_signalfd", do_read, use_signalfd, false, 0},
    {"read_inotify", do_read, use_inotify, false, 0},
    {"read_terminal", do_read, use_terminal, false, 0},
    {"read_timed", do_read, use_timed_socket, true, -EAGAIN},
    {"write_pipe", do_write, use_full_pipe, false, 0},
    {"write_socket", do_write, use_full_socket, false, 0},
    {"recv", do_recv, use_socket, false, 0},
    {"recv_timed", do_recv, use_timed_socket, true, -EAGAIN},
    {"recvmsg", do_recvmsg, use_socket, false, 0},
    {"recvmsg_timed", do_recvmsg, use_timed_socket, true, -EAGAIN},
    {"send", do_send, use_full_socket, false, 0},
    {"send_timed", do_send, use_full_timed_socket, true, -EAGAIN},
    {"sendmsg", do_sendmsg, use_full_socket, false, 0},
    {"accept", do_accept, use_listener, false, 0},
    {"accept4", do_accept4, use_listener, false, 0},
    {"accept_timed", do_accept, use_timed_listener, true, -EAGAIN},
    {"connect", do_connect, use_full_listener, false, 0},
    {"connect_timed", do_connect, use_full_timed_listener, true, -EAGAIN},
    {"wait4", do_wait4, use_child, false, 0},
    {"waitid", do_waitid, use_child, false, 0},
    {"sem_wait", do_sem_wait, use_futexes, false, 0},
    {"sem_timedwait", do_sem_timedwait, use_futexes, true, -ETIMEDOUT},
    {"cond_wait", do_cond_wait, use_futexes, false, 0},
    {"cond_timedwait", do_cond_timedwait, use_futexes, true, -ETIMEDOUT},
    {"pthread_join", do_join, use_sleeper, false, 0},
    /* never borrowed, but stopped and looked at */
    {"mutex_lock", do_mutex_lock, use_locked_mutex, false, 0},
    {"futex_relative", do_futex_relative, NULL, true, -ETIMEDOUT},
    {"msgrcv", do_msgrcv, use_queue, false, 0},
    {"semop", do_semop, use_queue, false, 0},
    {"semtimedop", do_semtimedop, use_queue, true, -EAGAIN},
    {"flock", do_flock, use_locked_file, false, 0},
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))
#define INMATES_MAX 128

static struct inmate *inmates[INMATES_MAX];
static size_t inmate_count;

void zoo_end(void)
{
    for (size_t n = 0; n < inmate_count; n++)
        if (inmates[n]->kind->prepare == use_queue) {
            msgctl(inmates[n]->fd, IPC_RMID, NULL);
            semctl(inmates[n]->other, 0, IPC_RMID);
        }
}

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000ll + t.tv_nsec / 1000000;
}

static void *live(void *inmate)
{
    struct inmate *i = inmate;
    int64_t start, elapsed;
    long result;

    i->tid = (int)syscall(SYS_gettid);
    for (;;) {
        start = now_ms();
        errno = 0;
        result = i->kind->call(i);
        if (result == -1)
            result = -errno;
        elapsed = now_ms() - start;
        if (!i->kind->timed || result != i->kind->expected || elapsed < TIMEOUT_MS - SLACK_MS) {
            i->last = result;
            i->elapsed_ms = elapsed;
            i->bad++;
        }
        i->calls++;
    }
    return NULL;
}

static void start(const struct kind *kind)
{
    struct inmate *i = calloc(1, sizeof(*i));

    if (!i || inmate_count == INMATES_MAX)
        die("inmate");
    i->kind = kind;
    i->fd = i->other = i->epoll = -1;
    if (kind->prepare)
        kind->prepare(i);
    if (pthread_create(&i->thread, NULL, live, i))
        die("pthread_create");
    inmates[inmate_count++] = i;
}

int zoo_start(const char *name)
{
    int count = 0;

    for (size_t k = 0; k < KINDS; k++)
        if (!name || strcmp(name, kinds[k].name) == 0) {
            start(&kinds[k]);
            count++;
        }
    return count;
}

int zoo_tid(const char *name)
{
    for (size_t n = 0; n < inmate_count; n++)
        if (strcmp(name, inmates[n]->kind->name) == 0)
            return inmates[n]->tid;
    return 0;
}

const char *zoo_names(void)
{
    static char text[4096];

    text[0] = '\0';
    for (size_t k = 0; k < KINDS; k++) {
        strcat(text, kinds[k].name);
        strcat(text, " ");
    }
    return text;
}

const char *zoo_report(void)
{
    static char text[INMATES_MAX * 128];
    size_t n = 0;

    text[0] = '\0';
    for (size_t k = 0; k < inmate_count && n < sizeof(text); k++) {
        const struct inmate *i = inmates[k];

        n += (size_t)snprintf(text + n, sizeof(text) - n,
                              "%s calls %ld bad %ld last %ld after %ld ms\n", i->kind->name,
                              i->calls, i->bad, i->last, i->elapsed_ms);
    }
    return text;
}
