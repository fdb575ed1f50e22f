/* seccomp filters: see seccomp.h. */
#include "seccomp.h"

#include "arch.h"
#include "procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILTERS_MAX 1024
#define STATUS_MAX (1u << 20)
#define THREAD_FLAGS                                                                               \
    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |            \
     CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

/* What dlopen(), pthread_create(), the agent's thread, and dlclose() are going to ask for. Of those
 * that are `told`, an error is reported by the target and needs no foresight. */
static const struct call {
    const char *name;
    int number;
    uint64_t arguments[6];
    bool told;
} calls[] = {
    {"memfd_create", SYS_memfd_create, {0, MFD_CLOEXEC | MFD_ALLOW_SEALING}, true},
    {"openat", SYS_openat, {(uint64_t)AT_FDCWD, 0, O_RDONLY | O_CLOEXEC}, true},
    {"read", SYS_read, {3}, true},
    {"pread64", SYS_pread64, {3}, true},
    {"newfstatat", SYS_newfstatat, {3, 0, 0, 0x1000}, true},
    {"mmap", SYS_mmap, {0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, 3}, true},
    {"mprotect", SYS_mprotect, {0, 4096, PROT_READ}, true},
    {"munmap", SYS_munmap, {0, 4096}, true},
    {"close", SYS_close, {3}, true},
    {"brk", SYS_brk, {0}, true},
    {"socketpair", SYS_socketpair, {AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC}, true},
    {"rt_sigprocmask", SYS_rt_sigprocmask, {2, 0, 0, 8}, true},
    {"clone3", SYS_clone3, {0, 88}, true},
    {"clone", SYS_clone, {THREAD_FLAGS}, true},
    {"set_robust_list", SYS_set_robust_list, {0, 24}, true},
    {"rseq", SYS_rseq, {0, 32}, true},
    {"rt_sigtimedwait", SYS_rt_sigtimedwait, {0, 0, 0, 8}, true},
    {"rt_sigreturn", SYS_rt_sigreturn, {0}, false},
    {"prctl", SYS_prctl, {PR_SET_NAME}, true},
    {"clock_gettime", SYS_clock_gettime, {1}, false},
    {"ppoll", SYS_ppoll, {0, 1}, false},
    {"sendto", SYS_sendto, {3}, false},
    {"recvfrom", SYS_recvfrom, {3}, false},
    {"shutdown", SYS_shutdown, {3, 2}, true},
    {"futex", SYS_futex, {0, 128}, false},
    {"madvise", SYS_madvise, {0, 4096, 4}, true},
    {"exit", SYS_exit, {0}, false},
};

struct machine {
    uint32_t a, x;
    uint32_t memory[BPF_MEMWORDS];
};

/* 0, or -1 if the instruction does not exist. */
static int load(struct machine *m, const struct sock_filter *i, const struct seccomp_data *data)
{
    uint32_t value;

    switch (BPF_MODE(i->code)) {
    case BPF_ABS:
        if (i->k > sizeof(*data) - sizeof(value) || i->k % sizeof(value))
            return -1;
        memcpy(&value, (const char *)data + i->k, sizeof(value));
        break;
    case BPF_IMM:
        value = i->k;
        break;
    case BPF_LEN:
        value = sizeof(*data);
        break;
    case BPF_MEM:
        if (i->k >= BPF_MEMWORDS)
            return -1;
        value = m->memory[i->k];
        break;
    default:
        return -1;
    }
    *(BPF_CLASS(i->code) == BPF_LD ? &m->a : &m->x) = value;
    return 0;
}

static int calculate(struct machine *m, const struct sock_filter *i)
{
    uint32_t operand = BPF_SRC(i->code) == BPF_X ? m->x : i->k;

    switch (BPF_OP(i->code)) {
    case BPF_ADD:
        m->a += operand;
        return 0;
    case BPF_SUB:
        m->a -= operand;
        return 0;
    case BPF_MUL:
        m->a *= operand;
        return 0;
    case BPF_DIV:
        m->a = operand ? m->a / operand : 0;
        return operand ? 0 : -1;
    case BPF_OR:
        m->a |= operand;
        return 0;
    case BPF_AND:
        m->a &= operand;
        return 0;
    case BPF_XOR:
        m->a ^= operand;
        return 0;
    case BPF_LSH:
        m->a = operand < 32 ? m->a << operand : 0;
        return 0;
    case BPF_RSH:
        m->a = operand < 32 ? m->a >> operand : 0;
        return 0;
    case BPF_NEG:
        m->a = -m->a;
        return 0;
    default:
        return -1;
    }
}

/* How many instructions to skip; -1 if there is no such jump. */
static int64_t jump(const struct machine *m, const struct sock_filter *i)
{
    uint32_t operand = BPF_SRC(i->code) == BPF_X ? m->x : i->k;

    switch (BPF_OP(i->code)) {
    case BPF_JA:
        return i->k;
    case BPF_JEQ:
        return m->a == operand ? i->jt : i->jf;
    case BPF_JGT:
        return m->a > operand ? i->jt : i->jf;
    case BPF_JGE:
        return m->a >= operand ? i->jt : i->jf;
    case BPF_JSET:
        return m->a & operand ? i->jt : i->jf;
    default:
        return -1;
    }
}

static int step(struct machine *m, const struct sock_filter *i, const struct seccomp_data *data)
{
    switch (BPF_CLASS(i->code)) {
    case BPF_LD:
    case BPF_LDX:
        return load(m, i, data);
    case BPF_ST:
    case BPF_STX:
        if (i->k >= BPF_MEMWORDS)
            return -1;
        m->memory[i->k] = BPF_CLASS(i->code) == BPF_ST ? m->a : m->x;
        return 0;
    case BPF_ALU:
        return calculate(m, i);
    case BPF_MISC:
        if (BPF_MISCOP(i->code) == BPF_TAX)
            m->x = m->a;
        else
            m->a = m->x;
        return 0;
    default:
        return -1;
    }
}

unsigned seccomp_run(const struct sock_filter *code, size_t n, const struct seccomp_data *data)
{
    struct machine m = {0};

    for (size_t pc = 0; pc < n; pc++) {
        const struct sock_filter *i = &code[pc];
        int64_t skip;

        if (BPF_CLASS(i->code) == BPF_RET)
            return BPF_RVAL(i->code) == BPF_A ? m.a : i->k;
        if (BPF_CLASS(i->code) == BPF_JMP) {
            skip = jump(&m, i);
            if (skip < 0)
                break;
            pc += (size_t)skip;
        } else if (step(&m, i, data) < 0) {
            break;
        }
    }
    return SECCOMP_RET_KILL_PROCESS;
}

/* An action that is not merely an error for the caller. */
static bool is_harmful(unsigned result, bool told)
{
    switch (result & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_ALLOW:
    case SECCOMP_RET_LOG:
        return false;
    case SECCOMP_RET_ERRNO:
        return !told;
    default:
        return true;
    }
}

/* In the order of preference; see seccomp.h. */
static const long idle_calls[] = {-1, SYS_getpid, SYS_gettid, SYS_getppid, SYS_getuid};
#define IDLE_CALLS (sizeof(idle_calls) / sizeof(*idle_calls))

/* The bits of those that the filter allows. */
static unsigned idle_allowed(const struct sock_filter *code, size_t n)
{
    unsigned allowed = 0;

    for (size_t i = 0; i < IDLE_CALLS; i++) {
        const struct seccomp_data data = {.nr = (int)idle_calls[i], .arch = ARCH_AUDIT};
        unsigned action = seccomp_run(code, n, &data) & SECCOMP_RET_ACTION_FULL;

        if (action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG)
            allowed |= 1u << i;
    }
    return allowed;
}

static int choose_idle(unsigned allowed, long *idle, struct err *err)
{
    for (size_t i = 0; i < IDLE_CALLS; i++)
        if (allowed >> i & 1) {
            *idle = idle_calls[i];
            return 0;
        }
    return err_set(err, STATUS_UNATTACHABLE, EIO,
                   "a seccomp filter keeps it from getpid(), which loading the agent takes");
}

static int check_filter(const struct sock_filter *code, size_t n, struct err *err)
{
    for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
        struct seccomp_data data = {.nr = calls[i].number, .arch = ARCH_AUDIT};

        memcpy(data.args, calls[i].arguments, sizeof(data.args));
        if (is_harmful(seccomp_run(code, n, &data), calls[i].told))
            return err_set(err, STATUS_UNATTACHABLE, EIO,
                           "a seccomp filter keeps it from %s(), which loading the agent takes",
                           calls[i].name);
    }
    return 0;
}

/* Filter `index` of the thread: 1 if it was there and allows, 0 if there is none, -1. *readable is
 * set to false if filters cannot be read, and the bits of *idle that it does not allow. */
static int check_index(pid_t tid, long index, bool *readable, unsigned *idle, struct err *err)
{
    long n = ptrace(PTRACE_SECCOMP_GET_FILTER, tid, (void *)index, NULL);
    struct sock_filter *code;
    int result;

    if (n < 0 && errno == ENOENT && index > 0)
        return 0;
    *readable = n >= 0;
    if (n < 0)
        return -1;
    code = calloc((size_t)n, sizeof(*code));
    if (!code || ptrace(PTRACE_SECCOMP_GET_FILTER, tid, (void *)index, code) != n) {
        free(code);
        return err_set(err, STATUS_UNATTACHABLE, EIO, "its seccomp filters cannot be read");
    }
    result = check_filter(code, (size_t)n, err) < 0 ? -1 : 1;
    if (result > 0)
        *idle &= idle_allowed(code, (size_t)n);
    free(code);
    return result;
}

static long number_in(const char *status, const char *key)
{
    char text[32];

    return procfs_status(status, key, text, sizeof(text)) < 0 ? 0 : strtol(text, NULL, 10);
}

/* The calls that the command itself has not made yet. */
static void try_on_ourselves(void)
{
    int fds[2], fd = memfd_create("reimport", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    syscall(SYS_getpid);
    if (fd >= 0)
        close(fd);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0) {
        close(fds[0]);
        close(fds[1]);
    }
}

/* In one container, say, both may be under the same filters: then what they do to the target they
 * do to the command. */
static bool filters_are_ours(const char *status)
{
    int proc_fd = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    size_t n;
    char *own = proc_fd < 0 ? NULL : procfs_read(proc_fd, "status", STATUS_MAX, &n);
    bool ours = own && number_in(own, "Seccomp") == 2 &&
                number_in(own, "Seccomp_filters") == number_in(status, "Seccomp_filters");

    free(own);
    if (proc_fd >= 0)
        close(proc_fd);
    return ours;
}

static int check_thread(pid_t tid, const char *status, long *idle, struct err *err)
{
    long mode = number_in(status, "Seccomp");
    unsigned allowed = ~0u;
    bool readable = true;
    int got = 1;

    for (long i = 0; mode == 2 && got > 0 && i < FILTERS_MAX; i++)
        got = check_index(tid, i, &readable, &allowed, err);
    if (mode == 0 || (mode == 2 && (got >= 0 || err_is_set(err))))
        return got < 0 ? -1 : choose_idle(allowed, idle, err);
    *idle = SYS_getpid; /* which this process makes itself */
    if (mode == 2 && !readable && filters_are_ours(status)) {
        try_on_ourselves();
        return 0;
    }
    return err_set(err, STATUS_UNATTACHABLE, EPERM,
                   mode == 2 ? "it is confined by seccomp filters that only root can read, so what "
                               "they do to it is not known"
                             : "it is confined by seccomp's strict mode");
}

/* A filter may be that of one thread, and younger than the look at the process. */
int seccomp_check(int proc_fd, pid_t tid, long *idle, struct err *err)
{
    char name[64], *status;
    size_t n;
    int result;

    snprintf(name, sizeof(name), "task/%d/status", tid);
    status = procfs_read(proc_fd, name, STATUS_MAX, &n);
    if (!status)
        return err_sys(err, STATUS_UNATTACHABLE, errno, "the status of its thread %d", tid);
    result = check_thread(tid, status, idle, err);
    free(status);
    return result;
}
