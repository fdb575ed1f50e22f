/* Memory that was freed and is used all the same: blocks are held back instead of being freed, full of a pattern
 * that is looked at in the end. Part of faults.so. */
#ifndef TEST_FREED_H
#define TEST_FREED_H

#include <stddef.h>

struct allocator;

/* A block of that many bytes was had. */
void freed_had(const void *block, size_t size);

/* Instead of freeing it. */
void freed_hold(const struct allocator *from, void *block);

/* Frees all that was held back. Ends the process, with a word on standard error, if some was written to
 * meanwhile, or freed twice. */
void freed_end(void);

#endif
