/* The target's memory: see mem.h. */
#include "mem.h"

#include <errno.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define NOTHING 1

void mem_init(struct mem *mem, int fd)
{
    mem->fd = fd;
    mem->error = 0;
    mem->work = 0;
    for (size_t i = 0; i < MEM_PAGES; i++)
        mem->pages[i].at = NOTHING;
}

static int unreadable(struct mem *mem, int error)
{
    mem->error = error;
    return -1;
}

int mem_read(struct mem *mem, uint64_t at, void *to, size_t n)
{
    ssize_t got;

    if (at > INT64_MAX || n > INT64_MAX - at)
        return unreadable(mem, EFAULT);
    for (size_t have = 0; have < n; have += (size_t)got) {
        got = pread(mem->fd, (char *)to + have, n - have, (off_t)(at + have));
        if (got < 0 && errno == EINTR)
            got = 0;
        else if (got <= 0)
            return unreadable(mem, got < 0 ? errno : EFAULT);
    }
    return 0;
}

size_t mem_read_up(struct mem *mem, uint64_t at, void *to, size_t n)
{
    size_t have = 0;
    ssize_t got = 1;

    if (at > INT64_MAX || n > INT64_MAX - at)
        return 0;
    while (have < n && got != 0) {
        got = pread(mem->fd, (char *)to + have, n - have, (off_t)(at + have));
        if (got > 0)
            have += (size_t)got;
        else if (got < 0 && errno != EINTR)
            got = 0;
    }
    return have;
}

/* The page in the cache; NULL if it cannot be read. */
static const uint8_t *fetch_page(struct mem *mem, uint64_t page)
{
    size_t slot = page / MEM_PAGE % MEM_PAGES;

    if (mem->pages[slot].at != page) {
        mem->pages[slot].at = NOTHING;
        mem->work += MEM_FETCH_WORK;
        if (mem_read(mem, page, mem->pages[slot].bytes, MEM_PAGE) < 0)
            return NULL;
        mem->pages[slot].at = page;
    }
    return mem->pages[slot].bytes;
}

int mem_peek(struct mem *mem, uint64_t at, void *to, size_t n)
{
    const uint8_t *page;
    size_t offset, part;

    if (mem->work >= MEM_WORK_MAX)
        return unreadable(mem, ELOOP);
    mem->work++;
    if (at > INT64_MAX || n > INT64_MAX - at)
        return unreadable(mem, EFAULT);
    for (size_t have = 0; have < n; have += part) {
        offset = (at + have) % MEM_PAGE;
        part = MEM_PAGE - offset < n - have ? MEM_PAGE - offset : n - have;
        page = fetch_page(mem, at + have - offset);
        if (!page)
            return -1;
        memcpy((char *)to + have, page + offset, part);
    }
    return 0;
}

int mem_is_string(struct mem *mem, uint64_t at, const char *s)
{
    char have[64];
    size_t n = strlen(s) + 1;

    return n <= sizeof(have) && mem_peek(mem, at, have, n) == 0 && memcmp(have, s, n) == 0;
}

int mem_write(struct mem *mem, uint64_t at, const void *from, size_t n)
{
    ssize_t put;

    if (at > INT64_MAX || n > INT64_MAX - at)
        return -1;
    for (size_t have = 0; have < n; have += (size_t)put) {
        put = pwrite(mem->fd, (const char *)from + have, n - have, (off_t)(at + have));
        if (put < 0 && errno == EINTR)
            put = 0;
        else if (put <= 0)
            return -1;
    }
    return 0;
}
