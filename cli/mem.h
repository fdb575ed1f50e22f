/* Bytes of the target's memory, through /proc/PID/mem. The descriptor is bound to the address space
 * that the process had when it was opened: after an exec, everything fails. Remote addresses are
 * integers, never pointers. */
#ifndef REIMPORT_MEM_H
#define REIMPORT_MEM_H

#include <stddef.h>
#include <stdint.h>

#define MEM_PAGE 4096u
#define MEM_PAGES 64u
#define MEM_WORK_MAX (1u << 24) /* a second or two; finding a Python takes thirty thousand */
#define MEM_FETCH_WORK 16       /* what it counts to read a page; a look into the cache is 1 */

struct mem {
    int fd;
    int error;     /* errno of the last read that failed, for the caller to reset; 0: none did */
    unsigned work; /* what mem_peek() has done */
    struct {
        uint64_t at; /* 1: nothing */
        uint8_t bytes[MEM_PAGE];
    } pages[MEM_PAGES]; /* what mem_peek() has read */
};

/* `fd` is a descriptor of /proc/PID/mem, borrowed. */
void mem_init(struct mem *mem, int fd);

/* Reads exactly n bytes, past the cache. 0 or -1. */
int mem_read(struct mem *mem, uint64_t at, void *to, size_t n);

/* Reads upwards to the first page that cannot be read, n bytes at most. Returns how many bytes. */
size_t mem_read_up(struct mem *mem, uint64_t at, void *to, size_t n);

/* As mem_read(), through a cache of pages: for tables that do not change. After MEM_WORK_MAX of work
 * it fails (ELOOP): whoever made the tables may have made them so that a search in them takes for ever. */
int mem_peek(struct mem *mem, uint64_t at, void *to, size_t n);

/* True if the bytes at `at` are the string `s` with its terminating zero. */
int mem_is_string(struct mem *mem, uint64_t at, const char *s);

/* Writes exactly n bytes; the cache does not notice. 0 or -1. */
int mem_write(struct mem *mem, uint64_t at, const void *from, size_t n);

#endif
