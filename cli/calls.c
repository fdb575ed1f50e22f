/* System calls: see calls.h. */
#include "calls.h"

#include <sys/syscall.h>

static const struct call calls[] = {
    {.number = SYS_poll, .rank = RANK_BLOCK},
    {.number = SYS_ppoll, .rank = RANK_PLAIN},
    {.number = SYS_select, .rank = RANK_PLAIN},
    {.number = SYS_pselect6, .rank = RANK_PLAIN},
    {.number = SYS_nanosleep, .rank = RANK_BLOCK, .no_restart = true},
    {.number = SYS_clock_nanosleep, .rank = RANK_BLOCK, .no_restart = true},
    {.number = SYS_pause, .rank = RANK_PLAIN},
    {.number = SYS_rt_sigsuspend, .rank = RANK_PLAIN},
    {.number = SYS_wait4, .rank = RANK_PLAIN},
    {.number = SYS_waitid, .rank = RANK_PLAIN},
    {.number = SYS_read, .rank = RANK_PLAIN, .file = true},
    {.number = SYS_readv, .rank = RANK_PLAIN, .file = true},
    {.number = SYS_write, .rank = RANK_PLAIN, .file = true},
    {.number = SYS_writev, .rank = RANK_PLAIN, .file = true},
    {.number = SYS_accept, .rank = RANK_SOCKET},
    {.number = SYS_accept4, .rank = RANK_SOCKET},
    {.number = SYS_connect, .rank = RANK_SOCKET},
    {.number = SYS_recvfrom, .rank = RANK_SOCKET},
    {.number = SYS_recvmsg, .rank = RANK_SOCKET},
    {.number = SYS_recvmmsg, .rank = RANK_SOCKET},
    {.number = SYS_sendto, .rank = RANK_SOCKET},
    {.number = SYS_sendmsg, .rank = RANK_SOCKET},
    {.number = SYS_sendmmsg, .rank = RANK_SOCKET},
    {.number = SYS_epoll_wait, .rank = RANK_EINTR, .timeout = 3},
    {.number = SYS_epoll_pwait, .rank = RANK_EINTR, .timeout = 3},
    {.number = SYS_epoll_pwait2, .rank = RANK_EINTR},
    {.number = SYS_rt_sigtimedwait, .rank = RANK_EINTR},
};

/* Not to be borrowed in, but EINTR can be taken back. */
static const long restartable[] = {SYS_semop,         SYS_semtimedop,     SYS_io_getevents,
                                   SYS_io_pgetevents, SYS_io_uring_enter, SYS_msgrcv,
                                   SYS_msgsnd};

const struct call *calls_find(long number)
{
    for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
        if (calls[i].number == number)
            return &calls[i];
    return NULL;
}

#define POINTER_MIN 65536u /* vm.mmap_min_addr: less is no address */
#define POINTER_SURE (1ull << 32)
#define FUTEX_FLAGS (128u | 256u)
#define FUTEX_WAIT 0u
#define FUTEX_WAIT_BITSET 9u

static bool may_be_futex_wait(uint64_t operation)
{
    uint64_t command = operation & ~(uint64_t)FUTEX_FLAGS;

    return command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET;
}

long calls_restarted(const uint64_t arguments[3])
{
    uint64_t first = arguments[0], second = arguments[1], third = arguments[2];

    if (first < POINTER_MIN && third >= POINTER_SURE) /* clock, flags, how long */
        return SYS_clock_nanosleep;
    if (first == 0 && second == 0 && third < POINTER_MIN) /* nothing, timeout */
        return SYS_poll;
    if (first >= POINTER_MIN && second < POINTER_MIN && !may_be_futex_wait(second))
        return SYS_poll; /* descriptors, how many */
    return -1;
}

static bool is_restartable(long number)
{
    const struct call *call = calls_find(number);

    for (size_t i = 0; i < sizeof(restartable) / sizeof(*restartable); i++)
        if (restartable[i] == number)
            return true;
    return call && !call->no_restart;
}

/* Negative: without end. */
static int32_t left_of(int32_t timeout_ms, const struct nap *nap)
{
    int64_t slept_ms = timeout_ms > 0 ? nap_ms(nap) : 0;

    return slept_ms < timeout_ms || timeout_ms <= 0 ? timeout_ms - (int32_t)slept_ms : 0;
}

/* The interrupted call whose timeout would begin anew with it, or NULL. */
static const struct call *begun_anew(const struct arch_state *state)
{
    const struct call *call = calls_find(arch_syscall_number(state));

    return call && call->timeout && arch_interrupted(state) ? call : NULL;
}

bool calls_may_begin_anew(const struct arch_state *state)
{
    return begun_anew(state) != NULL;
}

void calls_settle(struct arch_state *state, const struct nap *nap)
{
    const struct call *call = begun_anew(state);
    int32_t left;

    if (call) {
        left = left_of((int32_t)arch_syscall_argument(state, call->timeout), nap);
        arch_set_syscall_argument(state, call->timeout, (uint32_t)left);
    }
    if (is_restartable(arch_syscall_number(state)))
        arch_settle(state);
}
