#include "target.h"

#include <elf.h>
#include <errno.h>
#include <unistd.h>

static uint8_t memory[TARGET_PAGES][TARGET_PAGE];
static bool there[TARGET_PAGES];
static char maps[TARGET_MAPPINGS * 128];
static unsigned long reads;

static void add_mapping(size_t start, size_t end, unsigned what)
{
    static const char *const paths[] = {"/lib/a.so", "/lib/b.so (deleted)",       "",
                                        "[vdso]",    "/memfd:reimport (deleted)", "/a\\012b"};
    size_t used = strlen(maps);

    snprintf(maps + used, sizeof(maps) - used, "%jx-%jx %c%c%cp %08x 00:01 7    %s\n",
             (uintmax_t)(TARGET_BASE + start * TARGET_PAGE),
             (uintmax_t)(TARGET_BASE + end * TARGET_PAGE), what & TARGET_READ ? 'r' : '-',
             what & TARGET_WRITE ? 'w' : '-', what & TARGET_EXECUTE ? 'x' : '-',
             what & TARGET_LATER ? 0x1000 : 0,
             paths[(what >> 4) % (sizeof(paths) / sizeof(*paths))]);
    for (size_t i = start; i < end; i++)
        there[i] = true;
}

static void add_run(struct input *input)
{
    size_t page = take(input, 1) % TARGET_PAGES, offset = take(input, 2) % TARGET_PAGE;
    size_t at = page * TARGET_PAGE + offset, n = take(input, 2), got;
    const uint8_t *bytes = take_bytes(input, n, &got);

    if (got > sizeof(memory) - at)
        got = sizeof(memory) - at;
    memcpy((uint8_t *)memory + at, bytes, got);
}

void target_make(struct input *input)
{
    size_t count = take(input, 1) % (TARGET_MAPPINGS + 1), at = 0, end;

    reads = 0;
    maps[0] = '\0';
    memset(there, 0, sizeof(there));
    memset(memory, 0, sizeof(memory));
    for (size_t i = 0; i < count; i++) {
        at += take(input, 1) % TARGET_PAGES;
        end = at + 1 + take(input, 1) % TARGET_PAGES;
        if (end > TARGET_PAGES)
            end = TARGET_PAGES;
        unsigned what = (unsigned)take(input, 1);
        if (at < end)
            add_mapping(at, end, what);
        at = end;
    }
    while (input->left)
        add_run(input);
}

unsigned long target_reads(void)
{
    return reads;
}

/* How many of n bytes are there. */
static size_t present(uint64_t at, size_t n)
{
    size_t have = 0, page;

    while (have < n && at + have >= TARGET_BASE) {
        page = (at + have - TARGET_BASE) / TARGET_PAGE;
        if (page >= TARGET_PAGES || !there[page])
            break;
        have += TARGET_PAGE - (at + have) % TARGET_PAGE;
    }
    return have < n ? have : n;
}

const uint8_t *target_memory(uint64_t at, size_t n)
{
    return present(at, n) == n ? (const uint8_t *)memory + (at - TARGET_BASE) : NULL;
}

ssize_t __wrap_pread(int fd, void *to, size_t n, off_t at);
ssize_t __wrap_pread(int fd, void *to, size_t n, off_t at)
{
    size_t have = present((uint64_t)at, n);

    (void)fd;
    reads++;
    if (n && !have) {
        errno = EIO;
        return -1;
    }
    memcpy(to, (const uint8_t *)memory + ((uint64_t)at - TARGET_BASE), have);
    return (ssize_t)have;
}

char *target_maps(size_t *n)
{
    *n = strlen(maps);
    return strdup(maps);
}

/* The program is entered at the beginning of the second page. */
static char *auxv(size_t *n)
{
    const uint64_t vector[] = {AT_ENTRY, TARGET_BASE + TARGET_PAGE, AT_NULL, 0};
    char *copy = malloc(sizeof(vector) + 1);

    *n = sizeof(vector);
    return copy ? memcpy(copy, vector, sizeof(vector)) : NULL;
}

char *__wrap_procfs_read(int proc_fd, const char *name, size_t max, size_t *n);
char *__wrap_procfs_read(int proc_fd, const char *name, size_t max, size_t *n)
{
    (void)proc_fd;
    (void)max;
    return strcmp(name, "maps") == 0 ? target_maps(n) : auxv(n);
}
