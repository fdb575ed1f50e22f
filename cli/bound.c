/* Bindings, from the slots that the dynamic linker has filled in: see bound.h. */
#include "bound.h"

#include "arch.h"

#include <elf.h>

#define RELOCATIONS_MAX (1u << 20) /* that are looked at in one table */

/* The linker writes the address of the symbol itself into a slot of these two kinds (glibc,
 * sysdeps/x86_64/dl-machine.h, elf_machine_rela()); before its first call that of a function may hold an address
 * in the module's own code. */
static bool is_slot(const Elf64_Rela *r)
{
    uint32_t type = ELF64_R_TYPE(r->r_info);

    return type == ARCH_JUMP_SLOT || type == ARCH_GLOB_DAT;
}

static bool leads_to(const struct elf *elf, const struct elf_table *table, const struct elf *to)
{
    size_t count = table->n / sizeof(Elf64_Rela);
    Elf64_Rela r;
    uint64_t value;

    for (size_t i = 0; table->at && i < count && i < RELOCATIONS_MAX; i++) {
        if (mem_peek(elf->mem, table->at + i * sizeof(r), &r, sizeof(r)) < 0)
            return false;
        if (!is_slot(&r))
            continue;
        if (mem_peek(elf->mem, elf->bias + r.r_offset, &value, sizeof(value)) < 0)
            return false;
        if (value >= to->start && value < to->end)
            return true;
    }
    return false;
}

bool bound_to(const struct elf *elf, const struct elf *to)
{
    return leads_to(elf, &elf->calls, to) || leads_to(elf, &elf->relocations, to);
}
