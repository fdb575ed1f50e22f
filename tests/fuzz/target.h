/* A process made from an input: its mappings and its memory, in place of /proc/PID/maps, mem and
 * auxv. The functions that read those are wrapped (--wrap=pread, --wrap=procfs_read).
 *
 *   input:   count of mappings (1)
 *   mapping: pages skipped before it (1), pages (1), what it is (1)
 *   run:     page (1), offset in it (2), length (2), bytes, laid over zeros; to the end of the input */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include "fuzz.h"

#define TARGET_BASE 0x7f0000000000u
#define TARGET_PAGE 4096u
#define TARGET_PAGES 64u
#define TARGET_MAPPINGS 16u

/* Bits of what a mapping is; the rest choose its path. */
#define TARGET_READ 1u
#define TARGET_WRITE 2u
#define TARGET_EXECUTE 4u
#define TARGET_LATER 8u /* not the beginning of its file */

/* Makes it. Only one is there at a time. */
void target_make(struct input *input);

/* How many reads of its memory there were since it was made. */
unsigned long target_reads(void);

/* Its memory as it is, NULL if not all of it is there. */
const uint8_t *target_memory(uint64_t at, size_t n);

/* The text of its maps, to be freed. */
char *target_maps(size_t *n);

#endif
