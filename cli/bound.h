/* Which of several copies of a library another module uses. */
#ifndef REIMPORT_BOUND_H
#define REIMPORT_BOUND_H

#include "elfmem.h"

/* True if the dynamic linker has bound some symbol of `elf` to what lies in `to`. Symbols are bound within a
 * namespace (dlmopen(3)) only, and there, for all modules but those with RTLD_DEEPBIND, to the first copy. A
 * function that was not called yet may not be bound yet. */
bool bound_to(const struct elf *elf, const struct elf *to);

#endif
