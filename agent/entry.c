/* Where the agent begins and ends, when it was injected.
 *
 * The constructor runs inside dlopen(), on a thread of the target that the command holds and at a
 * moment when nothing may be awaited: it makes a socket pair and a thread, reports into a buffer on
 * that thread's stack, and returns. Everything else happens on the agent's own thread, which
 * unloads this image as its last act. If the command dies at any point, its thread finds no
 * greeting, or a closed socket, and unloads. */
#include "py.h"

#include "arch.h"
#include "boot.h"
#include "gil.h"
#include "link.h"
#include "rt.h"

#define ENOSYS 38
#define RTLD_NOW 2
#define RTLD_NOLOAD 4
#define PTHREAD_CREATE_DETACHED 1

extern struct boot reimport_boot;
/* In .data, so that the file has room for what the command fills in. */
__attribute__((visibility("default"), section(".data"))) struct boot reimport_boot;

#define boot reimport_boot

typedef union {
    uint8_t bytes[256]; /* pthread_attr_t is 56 bytes with glibc and musl */
    uint64_t align;
} thread_attr;

struct dl_info { /* Dl_info */
    const char *file;
    void *base;
    const char *symbol;
    void *address;
};

static struct boot_file ends[2]; /* ours, the command's */

static struct {
    void (*body)(void *);
    void *arg;
    unsigned long handle;
} second;

void *agent_thread(void *unused);
void *agent_second(void *unused);
void agent_discard(void);
void agent_begin(void);
struct tail agent_run(void *unused);
struct tail agent_run_second(void *unused);
struct tail agent_unload(void *unused);

ARCH_TAIL_CALLER(agent_thread, agent_run);
ARCH_TAIL_CALLER(agent_second, agent_run_second);
ARCH_TAIL_CALLER(agent_discard, agent_unload);

/* Our own handle, with one more reference on it; NULL: it cannot be had. */
static void *own_handle(void)
{
    void *(*open)(const char *, int) = (void *(*)(const char *, int))boot.dlopen;
    int (*where)(const void *, struct dl_info *) =
        (int (*)(const void *, struct dl_info *))boot.dladdr;
    struct dl_info info = {0};

    if (!boot.dlclose || !where(&boot, &info) || !info.file)
        return NULL;
    return open(info.file, RTLD_NOW | RTLD_NOLOAD);
}

/* dlclose() and our own handle, with one reference left on it. Not all that boot.work counts: the second
 * thread drops its own, and may be about to. */
struct tail agent_unload(void *unused)
{
    int (*close)(void *) = (int (*)(void *))boot.dlclose;
    void *handle = own_handle();

    (void)unused;
    if (!handle)
        return (struct tail){0, 0};
    for (uint32_t i = 0; i <= boot.surplus; i++)
        close(handle);
    return (struct tail){boot.dlclose, (unsigned long)handle};
}

/* Whether the interpreter can be served; "ready", or a word for the command. */
static const char *python_state(void)
{
    /* a finalizing interpreter is no longer "initialized" either */
    if ((py.p_Py_IsFinalizing && Py_IsFinalizing()) ||
        (py.p__Py_IsFinalizing && _Py_IsFinalizing()))
        return "finalizing";
    if (!Py_IsInitialized())
        return "uninitialized";
    return gil_exists() ? "ready" : "free-threaded";
}

/* False if the program has closed it; its number may be that of another file by now. */
static bool is_open(const struct boot_file *file)
{
    return file->fd >= 0 && rt_is(file->fd, file->dev, file->ino);
}

static void close_file(struct boot_file *file)
{
    if (is_open(file))
        rt_close(file->fd);
    file->fd = -1;
}

/* Not on this thread's stack, as nothing is that the second thread looks at without the GIL: an
 * interpreter that finalizes ends a thread that waits for the GIL, in the middle of what it does, and
 * its stack is gone. */
static void converse(void)
{
    static uint8_t part[LINK_MESSAGE_MAX];
    static struct serve_link link;
    const char *state;

    link =
        (struct serve_link){.fd = ends[0].fd, .dev = ends[0].dev, .ino = ends[0].ino, .part = part};
    if (!link_greet(&link, boot.hello_ms))
        return;
    close_file(&ends[1]);
    boot.work.link = ends[0];
    boot.work.pid = rt_process_id(); /* the thread in dlopen() has gone home before the greeting */
    state = python_state();
    if (link_answer(&link, Py_GetVersion(), state) && strcmp(state, "ready") == 0)
        serve(&link);
}

struct tail agent_run(void *unused)
{
    boot.work.stacks[0] = (uint64_t)__builtin_frame_address(0);
    rt_thread_name(BOOT_THREAD_NAME);
    converse();
    close_file(&ends[1]);
    if (is_open(&ends[0]))
        rt_shutdown(ends[0].fd); /* the command holds a duplicate */
    close_file(&ends[0]);
    boot.work.pid = 0;
    return agent_unload(unused);
}

static int start_thread(void *(*body)(void *))
{
    int (*create)(unsigned long *, const void *, void *(*)(void *), void *) =
        (int (*)(unsigned long *, const void *, void *(*)(void *), void *))boot.pthread_create;
    int (*init)(void *) = (int (*)(void *))boot.pthread_attr_init;
    int (*destroy)(void *) = (int (*)(void *))boot.pthread_attr_destroy;
    int (*stack)(void *, size_t) = (int (*)(void *, size_t))boot.pthread_attr_setstacksize;
    int (*detach)(void *, int) = (int (*)(void *, int))boot.pthread_attr_setdetachstate;
    thread_attr attr;
    unsigned long thread;
    int error = init(&attr);

    if (error)
        return error;
    detach(&attr, PTHREAD_CREATE_DETACHED);
    stack(&attr, BOOT_STACK_BYTES); /* musl's own is too small for Python */
    error = create(&thread, &attr, body, NULL);
    destroy(&attr);
    return error;
}

const struct boot_mutexes *agent_mutexes(void)
{
    return &boot.mutexes;
}

/* Before one is dropped, and after one is taken: fewer than there are can be counted, never more. */
static void count_reference(int by)
{
    __atomic_add_fetch(&boot.work.references, (uint32_t)by, __ATOMIC_SEQ_CST);
}

const struct boot_file *agent_link(void)
{
    return boot.injected ? &boot.work.link : NULL;
}

/* The second thread has a reference of its own on the image, and drops it as its last act. */
struct tail agent_run_second(void *unused)
{
    unsigned long handle = second.handle;

    (void)unused;
    boot.work.stacks[1] = (uint64_t)__builtin_frame_address(0);
    second.body(second.arg);
    count_reference(-1);
    return (struct tail){boot.dlclose, handle};
}

bool agent_spawn(void (*body)(void *), void *arg)
{
    int (*close)(void *) = (int (*)(void *))boot.dlclose;
    void *handle = own_handle();

    if (boot.dlclose && !handle)
        return false;
    second.body = body;
    second.arg = arg;
    second.handle = (unsigned long)handle;
    count_reference(1);
    if (start_thread(agent_second) == 0)
        return true;
    count_reference(-1);
    if (handle)
        close(handle);
    return false;
}

void agent_disown(int tid)
{
    if (boot.dlclose)
        rt_name_thread(tid, "reimport-stuck");
}

static void close_strays(void)
{
    for (int i = 0; i < BOOT_STRAYS; i++)
        close_file(&boot.strays[i]);
}

/* 0 or an errno value. */
static int make_ends(void)
{
    int fds[2];
    int error = -rt_seqpacket_pair(fds);

    for (int i = 0; i < 2 && !error; i++) {
        ends[i] = (struct boot_file){.fd = fds[i]};
        rt_identity(fds[i], &ends[i].dev, &ends[i].ino);
    }
    return error;
}

static void start(struct boot_told *told)
{
    uint64_t mask;

    told->discard = (uint64_t)agent_discard;
    told->step = BOOT_SOCKETPAIR;
    told->error = make_ends(); /* before the thread is there, which closes them */
    if (told->error)
        return;
    told->agent_fd = ends[0].fd;
    told->command_fd = ends[1].fd;
    told->agent_ino = ends[0].ino;
    told->command_ino = ends[1].ino;
    told->step = BOOT_THREAD;
    rt_sigmask(boot.block, &mask); /* the thread inherits it */
    told->error = start_thread(agent_thread);
    rt_sigmask(mask, NULL);
    if (told->error) {
        close_file(&ends[0]);
        close_file(&ends[1]);
    }
}

/* Also called by the command, when the image is there from an earlier visit. */
void agent_begin(void)
{
    struct boot_result *result = (struct boot_result *)boot.result;

    boot.again = (uint64_t)agent_begin;
    boot.work.pid = 0;
    boot.work.references = 1 + boot.surplus;
    py_api_fill(boot.py);
    close_strays();
    close_file(&boot.memfd);
    start(&result->told);
    result->check = boot_check(&result->told);
    *(volatile uint64_t *)&result->done = BOOT_DONE;
    rt_wait_word(&result->go, BOOT_WAIT_MS);
}

__attribute__((constructor)) static void agent_construct(void)
{
    if (boot.injected)
        agent_begin();
}
