/* The agent's image: see image.h. */
#include "image.h"

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
            size <= p->p_filesz - (address - p->p_vaddr) &&
            p->p_offset + p->p_filesz <= image->n)
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
    *image = (struct image){bytes, n, (const Elf64_Phdr *)(bytes + header->e_phoff),
                            header->e_phnum};
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
    tables->strings =
        in_file(image, dynamic_value(d, n, DT_STRTAB), dynamic_value(d, n, DT_STRSZ));
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

size_t image_boot_offset(const uint8_t *bytes, size_t n)
{
    struct image image;
    struct tables tables;

    return open_image(&image, bytes, n) && read_tables(&image, &tables)
               ? boot_offset(&image, &tables)
               : 0;
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

uint8_t *image_make(const struct boot *boot, size_t *n)
{
    struct image image;
    struct tables tables;
    uint8_t *copy;
    size_t offset;

    *n = (size_t)(image_end - image_start);
    if (!open_image(&image, image_start, *n) || !read_tables(&image, &tables))
        return NULL;
    offset = boot_offset(&image, &tables);
    copy = offset ? malloc(*n) : NULL;
    if (!copy)
        return NULL;
    memcpy(copy, image_start, *n);
    memcpy(copy + offset, boot, sizeof(*boot));
    drop_imports(copy, &image, &tables);
    return copy;
}
