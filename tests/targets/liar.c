/* A program that exports what a target must export to be taken for Python, and then tells lies about
 * it, of the kind that its first argument names. Says "ready", answers every line, and ends with its
 * input.
 *
 *   loop      the hash chains of its symbols have no end
 *   many      and neither have those of thousands of libraries
 *   sizes     its hash table has more buckets than fit
 *   segments  one of its segments goes round the end of memory
 *   outside   libc's dlopen() is where nothing is
 *   stuck     libc's dlopen() is pause()
 *   unread    libc's tables are in memory that may not be read
 *   unmapped  its own tables are not in memory */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define LIBRARIES 20000
#define CHAIN (1u << 20)

EXPORT const unsigned long Py_Version = 0x030b07f0;
EXPORT int Py_IsInitialized(void);

EXPORT const char *Py_GetVersion(void);

const char *Py_GetVersion(void)
{
    return "3.11.7 (not really)";
}

int Py_IsInitialized(void)
{
    return 0;
}

extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));
extern ElfW(Dyn) _DYNAMIC[] __attribute__((visibility("hidden")));

/* glibc's own layout of the table. */
struct hash {
    uint32_t buckets, first, bloom, shift;
};

struct module {
    uintptr_t base;
    ElfW(Sym) * symbols;
    const char *strings;
    struct hash *hash;
};

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* The addresses of a module whose dynamic section glibc has relocated. */
static struct module read_module(uintptr_t base, const ElfW(Dyn) * d)
{
    struct module m = {.base = base};

    for (; d->d_tag != DT_NULL; d++) {
        if (d->d_tag == DT_SYMTAB)
            m.symbols = (ElfW(Sym) *)d->d_un.d_ptr;
        if (d->d_tag == DT_STRTAB)
            m.strings = (const char *)d->d_un.d_ptr;
        if (d->d_tag == DT_GNU_HASH)
            m.hash = (struct hash *)d->d_un.d_ptr;
    }
    return m;
}

static uint32_t *buckets(const struct hash *hash)
{
    return (uint32_t *)((uint64_t *)(hash + 1) + hash->bloom);
}

/* The entry after the last symbol that has a name to be looked up. */
static uint32_t *chains_end(const struct hash *hash)
{
    uint32_t *chain = buckets(hash) + hash->buckets, last = 0;

    for (uint32_t i = 0; i < hash->buckets; i++)
        last = buckets(hash)[i] > last ? buckets(hash)[i] : last;
    for (chain += last - hash->first; !(*chain & 1); chain++)
        ;
    return chain + 1;
}

static void unprotect(const void *at, size_t n)
{
    uintptr_t page = (uintptr_t)at & ~4095ul;

    if (mprotect((void *)page, (uintptr_t)at + n - page, PROT_READ | PROT_WRITE) < 0)
        fail("mprotect");
}

/* Clears every end of a chain in a table of n bytes. */
static void endless(struct hash *hash, size_t n)
{
    for (uint32_t *chain = buckets(hash) + hash->buckets; (char *)chain < (char *)hash + n; chain++)
        *chain &= ~1u;
}

/* Our own table, made writable, and its size. */
static struct hash *own_hash(size_t *n)
{
    struct hash *hash = read_module((uintptr_t)&__ehdr_start, _DYNAMIC).hash;

    *n = (size_t)((char *)chains_end(hash) - (char *)hash);
    unprotect(hash, *n);
    return hash;
}

static void loop(void)
{
    size_t n;
    struct hash *hash = own_hash(&n);

    endless(hash, n);
}

static void sizes(void)
{
    size_t n;
    struct hash *hash = own_hash(&n);

    hash->buckets = hash->bloom = UINT32_MAX;
}

/* A table with one bucket, which matches every name and whose chain has no end. */
static const struct {
    struct hash head;
    uint64_t bloom;
    uint32_t bucket;
} trap = {{.buckets = 1, .first = 1, .bloom = 1}, UINT64_MAX, 1};

/* Turns a copy of this program's file, which is mapped as it is, into a library with that table at
 * its end. */
static void set_trap(char *file, size_t end)
{
    ElfW(Ehdr) *header = (ElfW(Ehdr) *)file;
    ElfW(Phdr) *p = (ElfW(Phdr) *)(file + header->e_phoff);

    memcpy(file + end, &trap, sizeof(trap));
    while (p->p_type != PT_DYNAMIC)
        p++;
    p->p_vaddr = p->p_offset;
    for (ElfW(Dyn) *d = (ElfW(Dyn) *)(file + p->p_offset); d->d_tag != DT_NULL; d++)
        if (d->d_tag == DT_GNU_HASH)
            d->d_un.d_ptr = end;
}

/* Many such libraries, side by side. */
static void many(void)
{
    int fd = open("/proc/self/exe", O_RDONLY), copy = memfd_create("lib.so", 0);
    struct stat st;
    size_t end, n;
    char *file, *area;

    if (fd < 0 || copy < 0 || fstat(fd, &st) < 0)
        fail("open");
    end = ((size_t)st.st_size + 4095) & ~4095ul;
    n = end + CHAIN;
    if (ftruncate(copy, (off_t)n) < 0 || sendfile(copy, fd, NULL, (size_t)st.st_size) != st.st_size)
        fail("copy");
    file = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, copy, 0);
    area = mmap(NULL, LIBRARIES * n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (file == MAP_FAILED || area == MAP_FAILED)
        fail("mmap");
    set_trap(file, end);
    for (size_t i = 0; i < LIBRARIES; i++)
        if (mmap(area + i * n, n, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, copy, 0) ==
            MAP_FAILED)
            fail("mmap");
}

static void segments(void)
{
    ElfW(Phdr) *p = (ElfW(Phdr) *)((char *)&__ehdr_start + __ehdr_start.e_phoff);

    unprotect(p, __ehdr_start.e_phnum * sizeof(*p));
    for (size_t i = 0; i < __ehdr_start.e_phnum; i++)
        if (p[i].p_type == PT_LOAD)
            p[i].p_memsz = UINT64_MAX - 1;
}

static void unmapped(void)
{
    if (mprotect((void *)&__ehdr_start, 4096, PROT_READ) < 0 ||
        munmap((void *)((uintptr_t)own_hash(&(size_t){0}) & ~4095ul), 4096) < 0)
        fail("munmap");
}

/* ---- lies about libc ---- */

static int find_libc(struct dl_phdr_info *info, size_t size, void *result)
{
    struct module *libc = result;

    (void)size;
    for (size_t i = 0; strstr(info->dlpi_name, "libc.so") && i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
            *libc = read_module(info->dlpi_addr,
                                (ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr));
    return libc->symbols != NULL;
}

static struct module libc(void)
{
    struct module m = {0};

    if (!dl_iterate_phdr(find_libc, &m))
        fail("no libc");
    return m;
}

/* Where libc's table says that its dlopen() is, in every version. The names follow the symbols. */
static void lie_about_dlopen(uintptr_t address)
{
    struct module m = libc();

    for (ElfW(Sym) *symbol = m.symbols; (char *)(symbol + 1) <= m.strings; symbol++)
        if (strcmp(m.strings + symbol->st_name, "dlopen") == 0) {
            unprotect(symbol, sizeof(*symbol));
            symbol->st_value = address - m.base;
        }
}

static void outside(void)
{
    lie_about_dlopen(0xdead0000);
}

static void stuck(void)
{
    lie_about_dlopen((uintptr_t)dlsym(RTLD_NEXT, "pause"));
}

static void unread(void)
{
    if (mprotect((void *)libc().base, 4096, PROT_NONE) < 0)
        fail("mprotect");
}

static const struct lie {
    const char *name;
    void (*tell)(void);
} lies[] = {
    {"loop", loop},       {"many", many},   {"sizes", sizes},   {"segments", segments},
    {"outside", outside}, {"stuck", stuck}, {"unread", unread}, {"unmapped", unmapped},
};

int main(int argc, char **argv)
{
    char line[64];
    bool told = false;

    for (size_t i = 0; argc == 2 && i < sizeof(lies) / sizeof(*lies); i++)
        if (strcmp(argv[1], lies[i].name) == 0) {
            lies[i].tell();
            told = true;
        }
    if (!told)
        return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("ready");
    while (fgets(line, sizeof(line), stdin))
        puts("= 0");
    return 0;
}
