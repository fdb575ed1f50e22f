/* Safe moments: see safe.h. */
#include "safe.h"

#include "handlers.h"
#include "stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define STACK_ROOM (48u << 10) /* what dlopen() and the signal frames of the target need, amply */
#define HANDLER_REACH 4096     /* how far above the stack pointer a handler's frame is looked for */
#define FUTEX_COMMAND 127
#define FUTEX_WAIT 0
#define FUTEX_WAIT_BITSET 9

/* Most code that enters a call says which; glibc's, from 2.41 on, is one for all. */
long safe_begun(const struct safe *safe, uint64_t pc, const uint64_t arguments[3])
{
    uint8_t code[ARCH_CALL_CODE];
    long number;

    if (mem_read(safe->mem, pc - sizeof(code), code, sizeof(code)) < 0)
        return -1;
    number = arch_call_number(code);
    return number >= 0 ? number : calls_restarted(arguments);
}

mode_t safe_file_type(const struct safe *safe, uint64_t fd)
{
    struct stat st;
    char name[32];

    snprintf(name, sizeof(name), "fd/%u", (unsigned)fd);
    return fstatat(safe->proc_fd, name, &st, 0) < 0 ? S_IFREG : st.st_mode & S_IFMT;
}

/* Rule 2. musl uses one operation for all; but the locks of its allocator and its linker are all in
 * its own data. */
static bool is_harmless_futex(const struct safe *safe, uint64_t word, uint64_t command)
{
    const struct libc *libc = &safe->code->libc;

    if (libc->is_musl)
        return command == FUTEX_WAIT && (word < libc->elf.start || word >= libc->elf.end);
    return command == FUTEX_WAIT_BITSET;
}

/* Rules 1 and 2, for a thread that is in that call. */
static enum rank sleeper_rank(const struct safe *safe, long number, uint64_t a0, uint64_t a1)
{
    const struct call *call = calls_find(number);
    mode_t type;

    if (number == SYS_futex)
        return is_harmless_futex(safe, a0, a1 & FUTEX_COMMAND) ? RANK_FUTEX : RANK_NEVER;
    if (!call)
        return RANK_NEVER;
    if (!call->file)
        return call->rank;
    type = safe_file_type(safe, a0);
    if (type == S_IFSOCK)
        return RANK_SOCKET;
    return type == S_IFREG || type == S_IFBLK ? RANK_NEVER : call->rank;
}

static bool is_python(const struct safe *safe, uint64_t pc)
{
    return !safe->code->python.exports_malloc && elf_is_text(&safe->code->python.elf, pc);
}

/* ---- below a handler ---- */

/* How a thread sends itself a signal. (Not: how it unblocks one, which fork() does with the allocator's locks.) */
static bool is_own_signal(long number)
{
    return number == SYS_tgkill || number == SYS_tkill || number == SYS_kill;
}

/* The system call that was interrupted. If it goes on after the handler, the kernel has set the program counter
 * back to its entry (arch/x86/kernel/signal.c, handle_signal()). -1: none, or not known. */
static long call_below(const struct safe *safe, const struct arch_interrupted *was)
{
    uint8_t code[ARCH_CALL_CODE];

    if (was->result >= 0 && mem_read(safe->mem, was->pc, code, ARCH_SYSCALL_BYTES) == 0 &&
        arch_enters_call(code))
        return was->result;
    if (mem_read(safe->mem, was->pc - sizeof(code), code, sizeof(code)) < 0)
        return -1;
    /* neither the allocator nor the linker makes one that is a cancellation point: as good as any */
    return arch_is_cancellable(code) ? SYS_pause : arch_call_number(code);
}

/* Rule 4. */
static bool was_safe(void *ctx, const struct arch_interrupted *was)
{
    const struct safe *safe = ctx;
    long number;

    if (is_python(safe, was->pc))
        return true;
    number = call_below(safe, was);
    return number >= 0 && (is_own_signal(number) || sleeper_rank(safe, number, was->arguments[0],
                                                                 was->arguments[1]) != RANK_NEVER);
}

/* ---- the thread ---- */

/* Rule 3. */
static bool runs_safely(const struct safe *safe, const struct arch_state *state)
{
    uint64_t words[HANDLER_REACH / sizeof(uint64_t)];
    uint64_t sp = arch_sp(state);
    const struct mapping *stack = maps_find(&safe->code->maps, sp);
    size_t n = sizeof(words);

    if (!stack || !is_python(safe, arch_pc(state)))
        return false;
    if (stack->end - sp < n)
        n = (stack->end - sp) & ~7ull;
    if (mem_read(safe->mem, sp, words, n) < 0)
        return false;
    for (size_t i = 0; i < n / sizeof(*words); i++)
        if (words[i] == safe->code->libc.return_stub)
            return false;
    return true;
}

static bool has_room(struct safe *safe, const struct arch_state *state)
{
    uint64_t need = STACK_ROOM + arch_frame_room(state, safe->scratch), sp = arch_sp(state), low;
    struct maps fresh;

    if (!stack_low(safe->code, safe->mem, safe->pid, state, &low)) {
        if (maps_load(&fresh, safe->proc_fd) < 0)
            return false;
        maps_free(&safe->code->maps);
        safe->code->maps = fresh;
        if (!stack_low(safe->code, safe->mem, safe->pid, state, &low))
            return false;
    }
    return sp > low && sp - low >= need;
}

/* As glibc lays out a pthread_mutex_t. */
struct mutex {
    int32_t lock;
    uint32_t count;
    int32_t owner;
    uint32_t users;
    int32_t kind;
};
#define MUTEX_RECURSIVE 1
#define MUTEX_DEPTH_MAX 64

static bool is_held(const struct mutex *m)
{
    return m->kind == MUTEX_RECURSIVE && (m->lock == 1 || m->lock == 2) && m->owner > 0 &&
           m->count > 0 && m->count < MUTEX_DEPTH_MAX && m->users > 0 && m->users < MUTEX_DEPTH_MAX;
}

/* Whether one of the recursive mutexes in the linker's state is held. Where they are in it differs
 * from version to version, but there is nothing else that looks like one. */
bool safe_linker_is_busy(struct safe *safe)
{
    const struct libc *libc = &safe->code->libc;
    uint8_t *state;
    struct mutex m;
    bool busy;

    if (!libc->linker)
        return false;
    state = malloc(libc->linker_n);
    busy = !state || mem_read(safe->mem, libc->linker, state, libc->linker_n) < 0;
    if (!busy)
        for (size_t at = 0; !busy && at + sizeof(m) <= libc->linker_n; at += sizeof(uint64_t)) {
            memcpy(&m, state + at, sizeof(m));
            busy = is_held(&m);
        }
    free(state);
    safe->linker_was_busy = busy;
    return busy;
}

bool safe_check(struct safe *safe, const struct arch_state *state)
{
    long number = arch_syscall_number(state);

    if (!arch_supported(state) || !has_room(safe, state) ||
        !handlers_all(safe->code, safe->mem, safe->proc_fd, state, was_safe, safe))
        return false;
    if (number >= 0)
        return sleeper_rank(safe, number, arch_syscall_argument(state, 0),
                            arch_syscall_argument(state, 1)) != RANK_NEVER;
    return runs_safely(safe, state);
}

/* How good a thread looks from outside. */
enum rank safe_rank(const struct safe *safe, const struct procfs_call *call)
{
    long number = call->number == ARCH_RESTART_SYSCALL ? safe_begun(safe, call->pc, call->arguments)
                                                       : call->number;
    enum rank rank = RANK_NEVER;

    if (call->state == 'S' && number >= 0)
        rank = sleeper_rank(safe, number, call->arguments[0], call->arguments[1]);
    if (rank == RANK_NEVER && (call->state == 'R' || call->number == -1))
        rank = RANK_RUNNING;
    return rank;
}
