/* Stacks: see stack.h. */
#include "stack.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define STACK_GAP (1u << 20)      /* the kernel keeps this much free below a stack that grows */
#define STACK_MAX (1ull << 32)    /* no thread's stack is larger */
#define FRAMES_REACH (256u << 10) /* how far above the stack pointer signal frames are looked for */
#define DESCRIPTOR 2560           /* glibc's struct pthread is some 2304 bytes long */

/* ---- the program's own stack ---- */

static uint64_t growing_low(const struct maps *maps, const struct mapping *stack, pid_t pid)
{
    size_t index = (size_t)(stack - maps->all);
    uint64_t low = stack->start, floor = 0;
    struct rlimit limit;

    if (prlimit(pid, RLIMIT_STACK, NULL, &limit) < 0)
        return low;
    if (index > 0)
        floor = maps->all[index - 1].end + STACK_GAP;
    if (limit.rlim_cur < stack->end && stack->end - limit.rlim_cur > floor)
        floor = stack->end - limit.rlim_cur;
    return floor < low ? floor : low;
}

/* ---- a thread's ---- */

/* struct pthread has stackblock, stackblock_size and guardsize in a row, at an offset that differs from
 * version to version. Nothing else in it looks like a block with both the stack pointer and the
 * descriptor inside. */
static bool glibc_low(struct mem *mem, uint64_t sp, uint64_t descriptor, uint64_t *low)
{
    uint64_t words[DESCRIPTOR / sizeof(uint64_t)];
    size_t n = mem_read_up(mem, descriptor, words, sizeof(words)) / sizeof(*words);
    bool known = false;

    for (size_t i = 0; i + 2 < n; i++) {
        uint64_t block = words[i], size = words[i + 1], guard = words[i + 2];

        if (block > sp || size > STACK_MAX || guard > size || block + size <= descriptor)
            continue;
        if (!known || block + guard > *low)
            *low = block + guard;
        known = true;
    }
    return known;
}

static bool musl_low(const struct maps *maps, const struct mapping *stack, uint64_t *low)
{
    const struct mapping *below = stack > maps->all ? stack - 1 : NULL;

    *low = stack->start;
    return below && below->end == stack->start && !below->readable && !below->writable &&
           !below->executable;
}

/* ---- a handler's ---- */

/* Where the innermost alternate stack starts that the stack pointer is in; 0: no signal frame above
 * it names one. */
static uint64_t alternate_low(const struct code *code, struct mem *mem, const struct mapping *stack,
                              uint64_t sp)
{
    size_t n = stack->end - sp < FRAMES_REACH ? stack->end - sp : FRAMES_REACH;
    uint8_t *bytes = malloc(n);
    uint64_t word, start, end, low = 0;

    n = bytes ? mem_read_up(mem, sp, bytes, n) : 0;
    for (size_t i = 0; i + ARCH_FRAME_HEAD <= n; i += sizeof(word)) {
        memcpy(&word, bytes + i, sizeof(word));
        if (word == code->libc.return_stub && arch_alternate_stack(bytes + i, &start, &end) &&
            start <= sp && sp < end && start > low)
            low = start;
    }
    free(bytes);
    return low;
}

bool stack_low(const struct code *code, struct mem *mem, pid_t pid, const struct arch_state *state,
               uint64_t *low)
{
    uint64_t sp = arch_sp(state), descriptor = arch_descriptor(state), alternate;
    const struct mapping *stack = maps_find(&code->maps, sp);
    bool known;

    if (!stack || !stack->writable)
        return false;
    if (strcmp(stack->path, "[stack]") == 0) {
        *low = growing_low(&code->maps, stack, pid);
        known = true;
    } else if (sp >= descriptor || maps_find(&code->maps, descriptor) != stack) {
        known = false;
    } else {
        known = code->libc.is_musl ? musl_low(&code->maps, stack, low)
                                   : glibc_low(mem, sp, descriptor, low);
    }
    alternate = alternate_low(code, mem, stack, sp & ~7ull);
    if (alternate && (!known || alternate > *low))
        *low = alternate;
    return known || alternate;
}
