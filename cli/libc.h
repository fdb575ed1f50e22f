/* The C library that a target's Python runs on. All from memory. */
#ifndef REIMPORT_LIBC_H
#define REIMPORT_LIBC_H

#include "boot.h"
#include "elfmem.h"
#include "err.h"
#include "inject.h"

struct libc {
    struct elf elf;
    bool is_musl;
    uint64_t return_stub; /* address of arch_return_stub */
    uint64_t syscall, errno_location;
    uint64_t linker; /* where the dynamic linker keeps its state; 0: not known */
    size_t linker_n;
};

/* Finds the one that the module `user` is bound to: a process may have others, each in a namespace of its own
 * (dlmopen(3), LD_AUDIT). Fills in facts->libc. On failure STATUS_UNATTACHABLE. */
int libc_find(struct libc *libc, const struct elf *user, struct mem *mem, const struct maps *maps,
              struct target_facts *facts, struct err *err);

/* The addresses of what the agent needs of it, or of the libraries that belong to it. */
int libc_resolve(const struct libc *libc, const struct maps *maps, struct boot *boot,
                 struct err *err);

#endif
