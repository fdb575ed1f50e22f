/* See freed.h. */
#include "freed.h"
#include "allocator.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FREED 0xdb
#define LEAST 16 /* bytes that any block has, in CPython's allocator as in libc's */
#define BLOCKS (1 << 18)
#define HELD_MAX (1 << 18)

static struct {
    const void *block;
    size_t size;
} sizes[BLOCKS];   /* by address */
static bool known; /* any of them */
static struct held {
    const struct allocator *from;
    uint8_t *block;
    size_t size;
} held[HELD_MAX];
static size_t held_count;
static atomic_flag busy = ATOMIC_FLAG_INIT;

static void lock(void)
{
    while (atomic_flag_test_and_set(&busy))
        ;
}

static void unlock(void)
{
    atomic_flag_clear(&busy);
}

/* Where the block's size is, or is to be put. The table is larger than what one request needs. */
static size_t place(const void *block)
{
    size_t at = (uintptr_t)block * 0x9e3779b97f4a7c15u >> 46;

    for (int tries = 0; sizes[at].block && sizes[at].block != block && tries < BLOCKS; tries++)
        at = (at + 1) % BLOCKS;
    return at;
}

void freed_had(const void *block, size_t size)
{
    size_t at;

    lock();
    at = place(block);
    sizes[at].block = block;
    sizes[at].size = size;
    known = true;
    unlock();
}

static size_t size_of(const void *block)
{
    size_t at = place(block);

    return sizes[at].block == block && sizes[at].size > LEAST ? sizes[at].size : LEAST;
}

void freed_hold(const struct allocator *from, void *block)
{
    size_t size;

    if (!block)
        return;
    lock();
    size = size_of(block);
    if (held_count < HELD_MAX) {
        held[held_count++] = (struct held){from, block, size};
        memset(block, FREED, size);
        block = NULL;
    }
    unlock();
    if (block)
        from->free(from->ctx, block);
}

/* A block that comes a second time does not look like one that was freed once. */
static void look_at(const struct held *h)
{
    static const char text[] = "used after it was freed\n";

    for (size_t i = 0; i < h->size; i++)
        if (h->block[i] != FREED) {
            (void)!write(2, text, sizeof(text) - 1);
            abort();
        }
    h->block[0] = (uint8_t)~FREED;
}

void freed_end(void)
{
    lock();
    for (size_t i = 0; i < held_count; i++)
        look_at(&held[i]);
    for (size_t i = 0; i < held_count; i++)
        held[i].from->free(held[i].from->ctx, held[i].block);
    held_count = 0;
    if (known)
        memset(sizes, 0, sizeof(sizes));
    known = false;
    unlock();
}
