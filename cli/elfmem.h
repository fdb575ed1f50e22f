/* Symbols of one loaded module, read from the target's memory and nowhere else: works for files that
 * were deleted or replaced, and in any mount namespace. Every offset is checked, every loop bounded:
 * the tables are whatever the target says they are. */
#ifndef REIMPORT_ELFMEM_H
#define REIMPORT_ELFMEM_H

#include "maps.h"
#include "mem.h"

#define ELF_SEGMENTS_MAX 64

/* A table in memory. */
struct elf_table {
    uint64_t at; /* 0: there is none */
    uint64_t n;  /* bytes, as the module says */
};

struct elf {
    struct mem *mem;
    const struct mapping *first; /* the mapping of its ELF header */
    uint64_t start;              /* where the ELF header is */
    uint64_t bias;               /* to be added to the addresses in the file */
    uint64_t end;                /* past the last segment */
    struct {
        uint64_t start, end;
        bool executable, writable;
    } segments[ELF_SEGMENTS_MAX];
    size_t segment_count;
    uint64_t symtab, strtab, strtab_n, hash, gnu_hash, versym; /* addresses; 0: none */
    struct elf_table relocations, calls; /* the latter those of functions that it calls */
};

/* Reads the header, segments and dynamic section of the module whose ELF header is at the start of
 * `first`. 0, or -1 if there is none, it is not loaded for execution, or it makes no sense. */
int elf_open(struct elf *elf, struct mem *mem, const struct maps *maps,
             const struct mapping *first);

/* The address of an exported function or object; 0 if the module has none. Indirect functions and
 * thread-local variables are skipped. */
uint64_t elf_find(const struct elf *elf, const char *name);

/* As elf_find(), with the size that the module says it has. */
uint64_t elf_find_sized(const struct elf *elf, const char *name, uint64_t *size);

/* As elf_find(), of what lies in one of its executable segments. */
uint64_t elf_find_function(const struct elf *elf, const char *name);

/* True if the address lies in one of its executable segments. */
bool elf_is_text(const struct elf *elf, uint64_t at);

/* Address of the first place in its executable segments with these bytes, or 0. */
uint64_t elf_find_code(const struct elf *elf, const uint8_t *code, size_t n);

/* True if its table of symbol names contains `prefix` followed by a number, with the greatest such
 * number in *number (the "2.N" versions of glibc, say). */
bool elf_greatest_name(const struct elf *elf, const char *prefix, unsigned *number);

#endif
