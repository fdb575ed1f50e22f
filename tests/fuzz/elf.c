/* Symbols in the memory of a process that made its own tables: cli/elfmem.c, cli/mem.c. */
#include "elfmem.h"
#include "target.h"

#define READS_MAX (MEM_WORK_MAX / MEM_FETCH_WORK + 10000) /* of the memory, for all that is asked */

static void check_segments(const struct elf *elf)
{
    REQUIRE(elf->segment_count <= ELF_SEGMENTS_MAX);
    for (size_t i = 0; i < elf->segment_count; i++)
        REQUIRE(elf->segments[i].start < elf->segments[i].end && elf->segments[i].end <= elf->end);
}

static void find_symbols(const struct elf *elf)
{
    static const char *const names[] = {"syscall", "dlopen",           "a",
                                        "",        "_Py_IsFinalizing", "PyUnicode_AsEncodedString"};
    uint64_t size;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        (void)elf_is_text(elf, elf_find_sized(elf, names[i], &size));
}

static void find_code(const struct elf *elf)
{
    static const uint8_t code[] = {0x48, 0xc7, 0xc0, 0x0f, 0x00, 0x00, 0x00, 0x0f, 0x05};
    uint64_t at = elf_find_code(elf, code, sizeof(code));

    if (!at)
        return;
    REQUIRE(elf_is_text(elf, at) && target_memory(at, sizeof(code)));
    REQUIRE(memcmp(target_memory(at, sizeof(code)), code, sizeof(code)) == 0);
}

static void find_names(const struct elf *elf)
{
    unsigned number;

    if (elf_greatest_name(elf, "GLIBC_2.", &number))
        REQUIRE(number <= 100000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct mem mem;
    struct input input = {data, size};
    struct maps maps;
    struct elf elf;
    size_t n;
    char *text;

    target_make(&input);
    text = target_maps(&n);
    REQUIRE(maps_parse(&maps, text, n) == 0);
    mem_init(&mem, 0);
    for (size_t i = 0; i < maps.count; i++) {
        if (elf_open(&elf, &mem, &maps, &maps.all[i]) < 0)
            continue;
        check_segments(&elf);
        find_symbols(&elf);
        find_code(&elf);
        find_names(&elf);
    }
    REQUIRE(target_reads() < READS_MAX);
    maps_free(&maps);
    return 0;
}
