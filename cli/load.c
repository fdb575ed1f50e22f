/* Loading the agent: see load.h. */
#include "load.h"

#include "remains.h"
#include "remote.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010u
#endif

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define RTLD_NOW_REMOTE 2
#define CLEAN_UP_NS 1000000000ll

/* What the agent's constructor and dlopen() need on the borrowed stack. */
struct scratch {
    struct boot_result result;
    char memfd_name[16];
    char path[256];
};

const size_t load_scratch = sizeof(struct scratch);

/* ---- the image ---- */

/* The file that the target made for us: ours to fill only if it is a new, empty, sealable memfd.
 * The descriptor is the target's own, so nothing is written that the target could not write itself.
 */
static int check_memfd(struct visit *v, int fd, struct err *err)
{
    struct stat st;
    int seals = fcntl(fd, F_GET_SEALS);

    if (seals != 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink != 0 ||
        st.st_size != 0 || (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDWR) {
        v->owes_close = false;
        return err_set(err, STATUS_UNATTACHABLE, EPROTO,
                       "it replaced the descriptor of the agent's image");
    }
    v->memfd_dev = st.st_dev;
    v->memfd_ino = st.st_ino;
    return 0;
}

/* Whether the target's descriptor is the image still: the constructor closes it, and then its number is the
 * program's to use. */
static bool image_is_open(const struct visit *v)
{
    struct stat st;
    bool yes;
    int fd;

    if (v->memfd_ino == 0)
        return true; /* nothing has run yet that could have closed it */
    fd = (int)syscall(SYS_pidfd_getfd, v->session->chan.pidfd, v->boot.memfd, 0);
    yes = fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == v->memfd_dev && st.st_ino == v->memfd_ino;
    if (fd >= 0)
        close(fd);
    return yes;
}

static int fill_memfd(int fd, const uint8_t *image, size_t n, struct err *err)
{
    ssize_t put;

    for (size_t have = 0; have < n; have += (size_t)put) {
        put = pwrite(fd, image + have, n - have, (off_t)have);
        if (put <= 0)
            return unattachable(err, put < 0 ? errno : ENOSPC, "the agent's image");
    }
    if (fcntl(fd, F_ADD_SEALS, SEALS) < 0)
        return unattachable(err, errno, "sealing the agent's image");
    return 0;
}

static int write_image(struct visit *v, struct err *err)
{
    int fd = (int)syscall(SYS_pidfd_getfd, v->session->chan.pidfd, v->boot.memfd, 0), result = -1;

    if (fd < 0) {
        v->owes_close = errno != EBADF; /* another thread has closed it */
        return unattachable(err, errno, "pidfd_getfd");
    }
    memcpy(v->image + v->image_boot, &v->boot, sizeof(v->boot));
    if (check_memfd(v, fd, err) == 0)
        result = fill_memfd(fd, v->image, v->image_n, err);
    close(fd);
    return result;
}

/* dlopen() takes two paths for the same library when they are equal as strings, or when their files
 * are: no visit may meet the path of another. */
static int make_path(char *path, size_t cap, int memfd)
{
    static const char *const parts[] = {"/proc", "self", "fd"};
    uint64_t bits;
    size_t n = 0;

    if (getrandom(&bits, sizeof(bits), 0) != sizeof(bits))
        return -1;
    for (int part = 0; part < 3; part++) {
        n += (size_t)snprintf(path + n, cap - n, "%s", parts[part]);
        for (int i = 0; i < 20; i++, bits >>= 1)
            n += (size_t)snprintf(path + n, cap - n, "%s", bits & 1 ? "/." : "/");
        n += (size_t)snprintf(path + n, cap - n, "/");
    }
    n += (size_t)snprintf(path + n, cap - n, "%d", memfd);
    return n < cap ? 0 : -1;
}

/* ---- the calls ---- */

/* Linux, mm/memfd.c, check_sysctl_memfd_noexec(): what could be executed is refused where that is 2. */
static int no_memfd(int code, struct err *err)
{
    if (code != EACCES)
        return unattachable(err, code, "memfd_create in the target");
    return err_set(err, STATUS_UNATTACHABLE, code,
                   "memfd_create in the target: %s (is vm.memfd_noexec 2 in its PID namespace?)",
                   strerror(code));
}

static int make_memfd(struct visit *v, struct remote *r, struct err *err)
{
    const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    uint64_t name = r->frame.scratch + offsetof(struct scratch, memfd_name);
    int64_t fd;

    if (remote_call(r, v->code.libc.syscall, SYS_memfd_create, name, flags | MFD_EXEC,
                    SYS_memfd_create, &fd, err) < 0)
        return -1;
    if (fd == -EINVAL && /* before Linux 6.3 */
        remote_call(r, v->code.libc.syscall, SYS_memfd_create, name, flags, SYS_memfd_create, &fd,
                    err) < 0)
        return -1;
    if (fd < 0)
        return no_memfd((int)-fd, err);
    v->boot.memfd = (int32_t)fd;
    v->owes_close = true;
    return 0;
}

static bool is_told(const struct boot_result *result)
{
    return result->done == BOOT_DONE && result->check == boot_check(&result->told);
}

/* The thread is back, and has not told anything, or nothing that is still there to be read. */
static int untold(struct visit *v, struct err *err)
{
    if (v->owes_close && image_is_open(v))
        return err_set(err, STATUS_UNATTACHABLE, EIO,
                       "dlopen in the target failed (is /proc mounted there?)");
    v->owes_close = false;
    return err_set(err, STATUS_TIMEOUT, ETIMEDOUT,
                   "its thread had gone on before the agent was met; nothing was changed");
}

/* Calls what runs the agent's constructor, and reads what that has to say. */
static int start_agent(struct visit *v, struct remote *r, uint64_t function, uint64_t a, uint64_t b,
                       struct err *err)
{
    const struct remote_flags flags = {.done_at =
                                           v->boot.result + offsetof(struct boot_result, done),
                                       .done = BOOT_DONE,
                                       .go_at = v->boot.result + offsetof(struct boot_result, go)};

    if (remote_call_flagged(r, function, a, b, &flags, err) < 0)
        return -1;
    if (mem_read(&v->mem, v->boot.result, &v->result, sizeof(v->result)) < 0 ||
        !is_told(&v->result))
        return untold(v, err);
    v->owes_close = false;
    v->owes_discard = v->result.told.error != 0;
    if (!v->owes_discard)
        return 0;
    return unattachable(err, v->result.told.error,
                        v->result.told.step == BOOT_SOCKETPAIR ? "socketpair in the target"
                                                               : "pthread_create in the target");
}

static int load(struct visit *v, struct remote *r, struct err *err)
{
    struct scratch scratch = {0};
    uint64_t at = r->frame.scratch;

    if (make_path(scratch.path, sizeof(scratch.path), v->boot.memfd) < 0)
        return err_set(err, STATUS_UNATTACHABLE, EIO, "no random numbers");
    if (write_image(v, err) < 0)
        return -1;
    if (mem_write(&v->mem, at, &scratch, sizeof(scratch)) < 0)
        return unattachable(err, EFAULT, "its stack cannot be written");
    return start_agent(v, r, v->boot.dlopen, at + offsetof(struct scratch, path), RTLD_NOW_REMOTE,
                       err);
}

/* Loads the image, or uses one that is there. */
static int bring_in(struct visit *v, struct remote *r, struct err *err)
{
    v->boot.result = r->frame.scratch + offsetof(struct scratch, result);
    if (v->resident.begin)
        return remains_renew(v, err) < 0 ? -1 : start_agent(v, r, v->resident.begin, 0, 0, err);
    return make_memfd(v, r, err) < 0 ? -1 : load(v, r, err);
}

static int pay(struct visit *v, struct remote *r, struct err *err)
{
    if (v->owes_discard)
        return remote_call(r, v->result.told.discard, 0, 0, 0, -1, NULL, err);
    if (!image_is_open(v))
        return 0;
    return remote_call(r, v->code.libc.syscall, SYS_close, (uint64_t)v->boot.memfd, 0, -1, NULL,
                       err);
}

/* `use`, between the beginning and the end of a borrowing. */
static int borrow(struct visit *v, struct tracee *tracee, const struct arch_state *state,
                  int (*use)(struct visit *, struct remote *, struct err *), int64_t deadline,
                  struct err *err)
{
    const struct scratch scratch = {.memfd_name = IMAGE_NAME};
    struct remote r = {
        .tracee = tracee, .mem = &v->mem, .saved = state, .deadline = deadline, .idle = v->idle};
    struct err leave_err = {0};
    int result = remote_begin(&r, &v->code.libc, &scratch, sizeof(scratch), err);

    if (result == 0)
        result = use(v, &r, err);
    if (remote_end(&r, &leave_err) < 0 && leave_err.status == STATUS_TIMEOUT)
        v->owes_close = v->owes_discard = false; /* the thread will still do it itself */
    return result;
}

int load_agent(struct visit *v, struct tracee *tracee, const struct arch_state *state,
               struct err *err)
{
    return borrow(v, tracee, state, bring_in, v->session->deadline * 1000000, err);
}

int load_clean_up(struct visit *v, struct tracee *tracee, const struct arch_state *state,
                  struct err *err)
{
    return borrow(v, tracee, state, pay, tracee_now_ns() + CLEAN_UP_NS, err);
}
