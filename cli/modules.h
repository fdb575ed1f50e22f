/* The modules that a target has loaded, looked for in its memory. */
#ifndef REIMPORT_MODULES_H
#define REIMPORT_MODULES_H

#include "elfmem.h"
#include "err.h"

/* Whether a module is what is looked for; `argument` is that of the search. */
typedef bool modules_test(const struct elf *elf, const void *argument);

/* Fills `found` with the first `max` modules that pass, by address. How many there are; of more than `max`,
 * max + 1. Afterwards mem->error tells of reads that failed in those, or, if there is none, in any; ELOOP
 * always. */
size_t modules_find_all(struct elf *found, size_t max, struct mem *mem, const struct maps *maps,
                        modules_test *test, const void *argument);

/* The first of them alone: the search ends there. False if there is none. */
bool modules_find(struct elf *elf, struct mem *mem, const struct maps *maps, modules_test *test,
                  const void *argument);

/* What could not be read looks as if it were not there, and nothing may be built on that: -1 if mem->error is
 * set. */
int modules_check_reads(const struct mem *mem, struct err *err);

/* The error that there is no such module, or that it could not be read. Always -1. */
int modules_missing(const struct mem *mem, const char *what, struct err *err);

#endif
