/* The version of the Python that a module of the target is. All from memory. */
#ifndef REIMPORT_VERSION_H
#define REIMPORT_VERSION_H

#include "elfmem.h"
#include "inject.h"

/* True if its interpreter was initialised, or may have been: what sys.version is made from is there. */
bool version_is_started(const struct elf *elf);

/* Fills in facts (python, major, minor). True if it is a free-threaded build, as far as can be told from
 * outside. */
bool version_find(const struct elf *elf, struct target_facts *facts);

#endif
