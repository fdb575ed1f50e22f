/* A process's mappings, from the text of /proc/PID/maps. */
#ifndef REIMPORT_MAPS_H
#define REIMPORT_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mapping {
    uint64_t start, end, offset;
    uint64_t dev, ino;
    bool readable, writable, executable;
    const char *path; /* "" if it has none; belongs to struct maps; not cleaned */
};

struct maps {
    struct mapping *all; /* by address */
    size_t count;
    char *text;
};

/* Takes over `text` (n bytes and a terminating zero, from malloc). Lines that are not as the kernel
 * writes them are an error: 0 or -1, and then *maps is empty. */
int maps_parse(struct maps *maps, char *text, size_t n);

/* Reads /proc/PID/maps, given a descriptor of /proc/PID. 0 or -1 with errno set. */
int maps_load(struct maps *maps, int proc_fd);

void maps_free(struct maps *maps);

/* The mapping that contains the address, or NULL. */
const struct mapping *maps_find(const struct maps *maps, uint64_t at);

#endif
