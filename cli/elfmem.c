/* Modules in memory: see elfmem.h. */
#include "elfmem.h"

#include "arch.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#define DYNAMIC_MAX 512  /* entries of a dynamic section */
#define CHAIN_MAX 100000 /* symbols in one hash chain */
#define STRINGS_MAX (16u << 20)
#define CODE_MAX (16u << 20)
#define VERSYM_HIDDEN 0x8000u

static int read_header(struct elf *elf, Elf64_Ehdr *header)
{
    if (mem_read(elf->mem, elf->start, header, sizeof(*header)) < 0 ||
        memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64 ||
        header->e_ident[EI_DATA] != ELFDATA2LSB || header->e_machine != ARCH_ELF_MACHINE ||
        (header->e_type != ET_DYN && header->e_type != ET_EXEC) ||
        header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum == 0 ||
        header->e_phnum > ELF_SEGMENTS_MAX || header->e_phoff > (1u << 20))
        return -1;
    return 0;
}

static int add_segment(struct elf *elf, const Elf64_Phdr *p)
{
    uint64_t start = elf->bias + p->p_vaddr, end;

    if (p->p_memsz == 0)
        return 0;
    if (__builtin_add_overflow(start, p->p_memsz, &end))
        return -1;
    elf->segments[elf->segment_count].start = start;
    elf->segments[elf->segment_count].end = end;
    elf->segments[elf->segment_count].executable = p->p_flags & PF_X;
    elf->segments[elf->segment_count].writable = p->p_flags & PF_W;
    elf->segment_count++;
    if (end > elf->end)
        elf->end = end;
    return 0;
}

/* A file that is merely mapped, to be looked at, has no executable mapping where its code should
 * be. */
static bool is_loaded(const struct elf *elf, const struct maps *maps)
{
    bool code = false;

    for (size_t i = 0; i < elf->segment_count; i++) {
        const struct mapping *m = maps_find(maps, elf->segments[i].start);

        if (!m || (elf->segments[i].executable && !m->executable))
            return false;
        code |= elf->segments[i].executable;
    }
    return code;
}

/* Segments, bias, and where the dynamic section is. */
static int read_segments(struct elf *elf, const Elf64_Ehdr *header, uint64_t *dynamic, size_t *n)
{
    Elf64_Phdr p[ELF_SEGMENTS_MAX];
    bool based = false;

    *dynamic = 0;
    if (mem_read(elf->mem, elf->start + header->e_phoff, p, header->e_phnum * sizeof(*p)) < 0)
        return -1;
    for (size_t i = 0; i < header->e_phnum; i++) {
        if (p[i].p_type == PT_LOAD && !based) {
            elf->bias = elf->start - (p[i].p_vaddr - p[i].p_offset);
            based = true;
        }
        if (p[i].p_type == PT_LOAD && add_segment(elf, &p[i]) < 0)
            return -1;
        if (p[i].p_type == PT_DYNAMIC) {
            *dynamic = elf->bias + p[i].p_vaddr;
            *n = p[i].p_memsz / sizeof(Elf64_Dyn);
        }
    }
    return based && *dynamic ? 0 : -1;
}

/* glibc relocates these values in memory, musl and the vdso leave them as in the file. */
static uint64_t relocated(const struct elf *elf, uint64_t value)
{
    return value < elf->bias ? value + elf->bias : value;
}

static int read_dynamic(struct elf *elf, uint64_t at, size_t n)
{
    Elf64_Dyn d[DYNAMIC_MAX];

    if (n > DYNAMIC_MAX)
        n = DYNAMIC_MAX;
    if (mem_read(elf->mem, at, d, n * sizeof(*d)) < 0)
        return -1;
    for (size_t i = 0; i < n && d[i].d_tag != DT_NULL; i++) {
        uint64_t value = d[i].d_un.d_val;

        switch (d[i].d_tag) {
        case DT_SYMTAB:
            elf->symtab = relocated(elf, value);
            break;
        case DT_STRTAB:
            elf->strtab = relocated(elf, value);
            break;
        case DT_STRSZ:
            elf->strtab_n = value;
            break;
        case DT_HASH:
            elf->hash = relocated(elf, value);
            break;
        case DT_GNU_HASH:
            elf->gnu_hash = relocated(elf, value);
            break;
        case DT_VERSYM:
            elf->versym = relocated(elf, value);
            break;
        case DT_RELA:
            elf->relocations.at = relocated(elf, value);
            break;
        case DT_RELASZ:
            elf->relocations.n = value;
            break;
        case DT_JMPREL:
            elf->calls.at = relocated(elf, value);
            break;
        case DT_PLTRELSZ:
            elf->calls.n = value;
            break;
        default:
            break;
        }
    }
    return elf->symtab && elf->strtab && (elf->hash || elf->gnu_hash) ? 0 : -1;
}

int elf_open(struct elf *elf, struct mem *mem, const struct maps *maps, const struct mapping *first)
{
    Elf64_Ehdr header;
    uint64_t dynamic;
    size_t n;

    *elf = (struct elf){.mem = mem, .first = first, .start = first->start};
    if (!first->readable || read_header(elf, &header) < 0 ||
        read_segments(elf, &header, &dynamic, &n) < 0 || !is_loaded(elf, maps))
        return -1;
    return read_dynamic(elf, dynamic, n);
}

/* What a symbol table entry is worth: 0 nothing, 1 an old version of the name, 2 its default. */
struct found {
    uint64_t address, size;
    int worth;
};

static void consider(const struct elf *elf, uint32_t index, const char *name, struct found *found)
{
    uint64_t at = elf->symtab + (uint64_t)index * sizeof(Elf64_Sym);
    Elf64_Sym sym;
    uint16_t version = 0;
    int worth;

    if (mem_peek(elf->mem, at, &sym, sizeof(sym)) < 0 || sym.st_shndx == SHN_UNDEF ||
        sym.st_value == 0 || sym.st_name >= elf->strtab_n)
        return;
    if (ELF64_ST_TYPE(sym.st_info) > STT_FUNC || ELF64_ST_BIND(sym.st_info) == STB_LOCAL)
        return;
    if (!mem_is_string(elf->mem, elf->strtab + sym.st_name, name))
        return;
    if (elf->versym)
        (void)mem_peek(elf->mem, elf->versym + 2ull * index, &version, sizeof(version));
    worth = version & VERSYM_HIDDEN ? 1 : 2;
    if (worth > found->worth) {
        found->worth = worth;
        found->size = sym.st_size;
        found->address = sym.st_shndx == SHN_ABS ? sym.st_value : elf->bias + sym.st_value;
    }
}

static uint32_t gnu_hash(const char *name)
{
    uint32_t h = 5381;

    for (; *name; name++)
        h = h * 33 + (uint8_t)*name;
    return h;
}

static int word_at(const struct elf *elf, uint64_t at, uint32_t *word)
{
    return mem_peek(elf->mem, at, word, sizeof(*word));
}

static void find_by_gnu_hash(const struct elf *elf, const char *name, struct found *found)
{
    struct {
        uint32_t buckets, first, bloom, shift;
    } table;
    uint32_t hash = gnu_hash(name), index, link;
    uint64_t buckets, chains, bloom;

    if (mem_peek(elf->mem, elf->gnu_hash, &table, sizeof(table)) < 0 || table.buckets == 0 ||
        table.bloom == 0)
        return;
    if (mem_peek(elf->mem, elf->gnu_hash + sizeof(table) + hash / 64 % table.bloom * 8ull, &bloom,
                 sizeof(bloom)) < 0 ||
        !(bloom >> hash % 64 & 1) || !(bloom >> (hash >> table.shift % 32) % 64 & 1))
        return;
    buckets = elf->gnu_hash + sizeof(table) + 8ull * table.bloom;
    chains = buckets + 4ull * table.buckets;
    if (word_at(elf, buckets + 4ull * (hash % table.buckets), &index) < 0 || index < table.first)
        return;
    for (int i = 0; i < CHAIN_MAX; i++, index++) {
        if (word_at(elf, chains + 4ull * (index - table.first), &link) < 0)
            return;
        if ((link | 1) == (hash | 1))
            consider(elf, index, name, found);
        if (link & 1)
            return;
    }
}

static uint32_t sysv_hash(const char *name)
{
    uint32_t h = 0, high;

    for (; *name; name++) {
        h = (h << 4) + (uint8_t)*name;
        high = h & 0xf0000000u;
        h = (h ^ high >> 24) & ~high;
    }
    return h;
}

static void find_by_hash(const struct elf *elf, const char *name, struct found *found)
{
    uint32_t table[2], index;

    if (mem_peek(elf->mem, elf->hash, table, sizeof(table)) < 0 || table[0] == 0)
        return;
    if (word_at(elf, elf->hash + 8 + 4ull * (sysv_hash(name) % table[0]), &index) < 0)
        return;
    for (int i = 0; i < CHAIN_MAX && index != 0 && index < table[1]; i++) {
        consider(elf, index, name, found);
        if (word_at(elf, elf->hash + 8 + 4ull * table[0] + 4ull * index, &index) < 0)
            return;
    }
}

uint64_t elf_find_sized(const struct elf *elf, const char *name, uint64_t *size)
{
    struct found found = {0};

    if (elf->gnu_hash)
        find_by_gnu_hash(elf, name, &found);
    else
        find_by_hash(elf, name, &found);
    *size = found.size;
    return found.address;
}

uint64_t elf_find(const struct elf *elf, const char *name)
{
    uint64_t size;

    return elf_find_sized(elf, name, &size);
}

uint64_t elf_find_function(const struct elf *elf, const char *name)
{
    uint64_t address = elf_find(elf, name);

    return elf_is_text(elf, address) ? address : 0;
}

bool elf_is_text(const struct elf *elf, uint64_t at)
{
    for (size_t i = 0; i < elf->segment_count; i++)
        if (elf->segments[i].executable && at >= elf->segments[i].start &&
            at < elf->segments[i].end)
            return true;
    return false;
}

uint64_t elf_find_code(const struct elf *elf, const uint8_t *code, size_t n)
{
    uint64_t address = 0;

    for (size_t i = 0; i < elf->segment_count && !address; i++) {
        uint64_t size = elf->segments[i].end - elf->segments[i].start;
        uint8_t *copy, *at;

        if (!elf->segments[i].executable || size > CODE_MAX)
            continue;
        copy = malloc(size);
        if (copy && mem_read(elf->mem, elf->segments[i].start, copy, size) == 0) {
            at = memmem(copy, size, code, n);
            address = at ? elf->segments[i].start + (uint64_t)(at - copy) : 0;
        }
        free(copy);
    }
    return address;
}

bool elf_greatest_name(const struct elf *elf, const char *prefix, unsigned *number)
{
    size_t n = elf->strtab_n < STRINGS_MAX ? elf->strtab_n : STRINGS_MAX, length = strlen(prefix);
    char *strings = malloc(n + 1), *at, *stop;
    bool found = false;
    unsigned long value;

    if (strings && mem_read(elf->mem, elf->strtab, strings, n) == 0) {
        strings[n] = '\0';
        for (at = strings; at < strings + n; at += strlen(at) + 1) {
            if (strncmp(at, prefix, length) != 0)
                continue;
            value = strtoul(at + length, &stop, 10);
            if (stop == at + length || *stop || value > 100000 || (found && value < *number))
                continue;
            *number = (unsigned)value;
            found = true;
        }
    }
    free(strings);
    return found;
}
