/* Signal handlers: see handlers.h. */
#include "handlers.h"

#include "procfs.h"

#include <stdlib.h>
#include <string.h>

#define FRAMES_REACH (256u << 10) /* how far above the stack pointer frames are looked for */
#define STATUS_MAX 16384
#define NEAR 4096 /* how far above it any frame is believed */
#define STACKS_MAX 4

struct walk {
    const struct code *code;
    struct mem *mem;
    int proc_fd;
    const struct arch_state *state;
    bool (*judge)(void *ctx, const struct arch_interrupted *was);
    void *ctx;
};

/* libc's own, or that of code that sets its handlers itself (Go's runtime). */
static bool ends_handler(const struct walk *w, uint64_t stub)
{
    uint8_t code[16];

    if (stub == w->code->libc.return_stub)
        return true;
    return arch_return_stub_n <= sizeof(code) &&
           mem_read(w->mem, stub, code, arch_return_stub_n) == 0 &&
           memcmp(code, arch_return_stub, arch_return_stub_n) == 0;
}

/* Those that the process has handlers for; all, if it cannot be told. */
static uint64_t caught(int proc_fd)
{
    char text[32];

    if (procfs_status_of(proc_fd, "status", STATUS_MAX, "SigCgt", text, sizeof(text)) < 0)
        return UINT64_MAX;
    return strtoull(text, NULL, 16);
}

/* While a handler runs, its own signal is blocked, if not by SA_NODEFER, and all that was blocked before. A frame that
 * a handler has left behind long ago, in a part of the stack that nobody has written since, has a mask that fits
 * no more if the program has unblocked something since, or only blocked what it does not handle. */
static bool is_running(const struct walk *w, uint64_t mask_before)
{
    uint64_t now = w->state->sigmask, more = now & ~mask_before;

    return more && !(mask_before & ~now) && more & caught(w->proc_fd);
}

static bool is_active(const struct walk *w, const struct arch_interrupted *was, size_t above)
{
    return ends_handler(w, was->stub) && (above < NEAR || is_running(w, was->sigmask));
}

/* From sp upwards, on one stack. *other becomes the stack pointer of another stack, if something on that was
 * interrupted; 0: nothing was. */
static bool walk_stack(const struct walk *w, uint64_t sp, uint64_t *other)
{
    const struct mapping *stack = maps_find(&w->code->maps, sp);
    size_t n = stack && stack->end - sp < FRAMES_REACH ? stack->end - sp : FRAMES_REACH;
    uint8_t *bytes = stack ? malloc(n) : NULL;
    struct arch_interrupted was;
    bool all = bytes != NULL;

    *other = 0;
    n = bytes ? mem_read_up(w->mem, sp, bytes, n) : 0;
    for (size_t i = 0; all && i < n; i += sizeof(uint64_t)) {
        if (!arch_signal_frame(sp + i, bytes + i, n - i, &was) || !is_active(w, &was, i))
            continue;
        all = w->judge(w->ctx, &was);
        if (was.sp < sp || was.sp - sp >= n)
            *other = was.sp & ~7ull;
    }
    free(bytes);
    return all;
}

bool handlers_all(const struct code *code, struct mem *mem, int proc_fd,
                  const struct arch_state *state,
                  bool (*judge)(void *ctx, const struct arch_interrupted *was), void *ctx)
{
    const struct walk w = {code, mem, proc_fd, state, judge, ctx};
    uint64_t sp = arch_sp(state) & ~7ull;

    for (int i = 0; i < STACKS_MAX; i++) {
        if (!walk_stack(&w, sp, &sp))
            return false;
        if (!sp)
            return true;
    }
    return false;
}
