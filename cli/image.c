/* The agent's image: see image.h. */
#include "image.h"

#include "arch.h"

#include <elf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

__asm__(".section .rodata\n"
        ".balign 16\n"
        "image_start:\n"
        ".incbin \"" REIMPORT_IMAGE "\"\n"
        "image_end:\n"
        ".previous\n");
extern const uint8_t image_start[] __attribute__((visibility("hidden")));
extern const uint8_t image_end[] __attribute__((visibility("hidden")));

static size_t image_size(void)
{
    return (uintptr_t)image_end - (uintptr_t)image_start;
}

struct image {
    const uint8_t *bytes;
    size_t n;
    const Elf64_Phdr *segments;
    size_t segment_count;
};

/* Where an address of the image is in its file; NULL if `size` bytes are not there. */
static const void *in_file(const struct image *image, uint64_t address, uint64_t size)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        const Elf64_Phdr *p = &image->segments[i];

        if (p->p_type == PT_LOAD && address >= p->p_vaddr && address - p->p_vaddr <= p->p_filesz &&
            size <= p->p_filesz - (address - p->p_vaddr) && p->p_offset + p->p_filesz <= image->n)
            return image->bytes + p->p_offset + (address - p->p_vaddr);
    }
    return NULL;
}

struct tables {
    const Elf64_Sym *symbols;
    const char *strings;
    size_t symbol_count;
    const Elf64_Rela *relocations;
    size_t relocation_count;
};

static bool open_image(struct image *image, const uint8_t *bytes, size_t n)
{
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)bytes;

    if (n < sizeof(*header) || memcmp(bytes, ELFMAG, SELFMAG) != 0 ||
        header->e_phoff + header->e_phnum * sizeof(Elf64_Phdr) > n)
        return false;
    *image =
        (struct image){bytes, n, (const Elf64_Phdr *)(bytes + header->e_phoff), header->e_phnum};
    return true;
}

static uint64_t dynamic_value(const Elf64_Dyn *dynamic, size_t n, int64_t tag)
{
    for (size_t i = 0; i < n && dynamic[i].d_tag != DT_NULL; i++)
        if (dynamic[i].d_tag == tag)
            return dynamic[i].d_un.d_val;
    return 0;
}

static bool read_tables(const struct image *image, struct tables *tables)
{
    const Elf64_Dyn *d = NULL;
    const uint32_t *hash;
    size_t n = 0;

    for (size_t i = 0; i < image->segment_count; i++)
        if (image->segments[i].p_type == PT_DYNAMIC) {
            d = in_file(image, image->segments[i].p_vaddr, image->segments[i].p_filesz);
            n = image->segments[i].p_filesz / sizeof(*d);
        }
    if (!d)
        return false;
    hash = in_file(image, dynamic_value(d, n, DT_HASH), 8);
    if (!hash)
        return false;
    tables->symbol_count = hash[1];
    tables->symbols = in_file(image, dynamic_value(d, n, DT_SYMTAB),
                              tables->symbol_count * sizeof(*tables->symbols));
    tables->strings = in_file(image, dynamic_value(d, n, DT_STRTAB), dynamic_value(d, n, DT_STRSZ));
    tables->relocation_count = dynamic_value(d, n, DT_RELASZ) / sizeof(*tables->relocations);
    tables->relocations = in_file(image, dynamic_value(d, n, DT_RELA),
                                  tables->relocation_count * sizeof(*tables->relocations));
    return tables->symbols && tables->strings && tables->relocations;
}

static size_t boot_offset(const struct image *image, const struct tables *tables)
{
    const uint8_t *at;

    for (size_t i = 0; i < tables->symbol_count; i++) {
        const Elf64_Sym *symbol = &tables->symbols[i];

        if (symbol->st_shndx == SHN_UNDEF ||
            strcmp(tables->strings + symbol->st_name, BOOT_SYMBOL) != 0)
            continue;
        at = in_file(image, symbol->st_value, sizeof(struct boot));
        return at ? (size_t)(at - image->bytes) : 0;
    }
    return 0;
}

/* Injected, the agent gets its addresses from the boot block: the dynamic linker need not search
 * every library of the target for them while a thread stands still. */
static void drop_imports(uint8_t *copy, const struct image *image, const struct tables *tables)
{
    const Elf64_Rela none = {0};

    for (size_t i = 0; i < tables->relocation_count; i++) {
        uint32_t symbol = ELF64_R_SYM(tables->relocations[i].r_info);

        if (symbol != 0 && symbol < tables->symbol_count &&
            tables->symbols[symbol].st_shndx == SHN_UNDEF)
            memcpy(copy + ((const uint8_t *)&tables->relocations[i] - image->bytes), &none,
                   sizeof(none));
    }
}

uint8_t *image_make(size_t *n, size_t *boot_at)
{
    struct image image;
    struct tables tables;
    uint8_t *copy;

    *n = image_size();
    if (!open_image(&image, image_start, *n) || !read_tables(&image, &tables))
        return NULL;
    *boot_at = boot_offset(&image, &tables);
    copy = *boot_at ? malloc(*n) : NULL;
    if (!copy)
        return NULL;
    memcpy(copy, image_start, *n);
    drop_imports(copy, &image, &tables);
    return copy;
}

uint64_t image_hash(void)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */

    for (size_t i = 0, n = image_size(); i < n; i++)
        hash = (hash ^ image_start[i]) * 0x100000001b3u;
    return hash;
}

/* The addresses of the data that stays writable: what follows the part that is read-only once it is
 * relocated, to the end of its segment. */
static bool find_data(const struct image *image, uint64_t *start, uint64_t *end)
{
    const Elf64_Phdr *relro = NULL, *data = NULL;

    for (size_t i = 0; i < image->segment_count; i++) {
        if (image->segments[i].p_type == PT_GNU_RELRO)
            relro = &image->segments[i];
        if (image->segments[i].p_type == PT_LOAD && image->segments[i].p_flags & PF_W)
            data = &image->segments[i];
    }
    if (!relro || !data)
        return false;
    *start = relro->p_vaddr + relro->p_memsz;
    *end = data->p_vaddr + data->p_memsz;
    return *start >= data->p_vaddr && *start < *end;
}

static void relocate(uint8_t *bytes, uint64_t start, size_t n, uint64_t base,
                     const struct tables *tables)
{
    for (size_t i = 0; i < tables->relocation_count; i++) {
        const Elf64_Rela *r = &tables->relocations[i];
        uint64_t value = base + (uint64_t)r->r_addend;

        if (ELF64_R_TYPE(r->r_info) == ARCH_RELATIVE && r->r_offset >= start &&
            r->r_offset - start <= n - sizeof(value))
            memcpy(bytes + (r->r_offset - start), &value, sizeof(value));
    }
}

uint8_t *image_data(const struct boot *boot, uint64_t base, uint64_t *at, size_t *n)
{
    struct image image;
    struct tables tables;
    uint64_t start, end;
    uint8_t *bytes;
    const uint8_t *block;
    size_t size = image_size(), offset, in_image;

    if (!open_image(&image, image_start, size) || !read_tables(&image, &tables) ||
        !find_data(&image, &start, &end))
        return NULL;
    offset = boot_offset(&image, &tables);
    block = in_file(&image, start, 1);
    if (!offset || !block || image.bytes + offset < block)
        return NULL;
    *n = end - start;
    bytes = calloc(1, *n);
    if (!bytes)
        return NULL;
    for (in_image = 0; in_image < *n && in_file(&image, start + in_image, 1); in_image++)
        bytes[in_image] = block[in_image];
    relocate(bytes, start, *n, base, &tables);
    memcpy(bytes + (image.bytes + offset - block), boot, sizeof(*boot));
    *at = base + start;
    return bytes;
}
