/* libc in a target's memory: see libc.h. */
#include "libc.h"

#include "arch.h"
#include "bound.h"
#include "modules.h"

#include <errno.h>
#include <stdio.h>

#define LINKER_MAX (64u << 10)

static bool is_libc(const struct elf *elf, const void *unused)
{
    (void)unused;
    return elf_find_function(elf, "__libc_start_main") && elf_find_function(elf, "syscall") &&
           elf_find_function(elf, "__errno_location");
}

static bool has_dlopen(const struct elf *elf, const void *unused)
{
    (void)unused;
    return elf_find_function(elf, "dlopen") && elf_find_function(elf, "dlclose") &&
           elf_find_function(elf, "dladdr");
}

static bool has_threads(const struct elf *elf, const void *unused)
{
    (void)unused;
    return elf_find_function(elf, "pthread_create") &&
           elf_find_function(elf, "pthread_attr_setstacksize") &&
           elf_find_function(elf, "__pthread_key_create");
}

static bool is_linker(const struct elf *elf, const void *unused)
{
    (void)unused;
    return elf_find(elf, "_rtld_global") != 0;
}

/* ---- one of several ---- */

static bool is_libc_of(const struct elf *elf, const void *user)
{
    return is_libc(elf, NULL) && bound_to(user, elf);
}

struct helper {
    modules_test *test;
    const struct elf *libc;
};

static bool is_helper(const struct elf *elf, const void *argument)
{
    const struct helper *helper = argument;

    return helper->test(elf, NULL) && bound_to(elf, helper->libc);
}

/* A library of libc's own namespace: what runs in another one has a libc, and state, of its own. */
static bool find_helper(struct elf *elf, const struct libc *libc, const struct maps *maps,
                        modules_test *test)
{
    const struct helper helper = {test, &libc->elf};

    return modules_find(elf, libc->elf.mem, maps, is_helper, &helper);
}

/* While the program is being loaded, its own libc may not even be there, but that of an audit library. */
static int choose(struct libc *libc, const struct elf *user, struct mem *mem,
                  const struct maps *maps, struct err *err)
{
    if (modules_find(&libc->elf, mem, maps, is_libc_of, user))
        return 0;
    if (!modules_find(&libc->elf, mem, maps, is_libc, NULL))
        return modules_missing(mem, "it has no libc that can load a library (a static program?)",
                               err);
    return modules_check_reads(mem, err) < 0
               ? -1
               : err_set(err, STATUS_UNATTACHABLE, EBUSY,
                         "its Python is not bound to a libc: it is just being started");
}

/* ---- what it is ---- */

/* glibc's, which all namespaces share (elf/dl-load.c, _dl_map_object_from_fd(): one that is loaded again stands
 * for the first); musl has no name for its own. */
static int find_linker(struct libc *libc, struct mem *mem, const struct maps *maps, struct err *err)
{
    struct elf elf;
    uint64_t size;

    if (!modules_find(&elf, mem, maps, is_linker, NULL))
        return libc->is_musl ? 0 : modules_check_reads(mem, err);
    libc->linker = elf_find_sized(&elf, "_rtld_global", &size);
    libc->linker_n = size < LINKER_MAX ? size : LINKER_MAX;
    return modules_check_reads(mem, err);
}

static void describe(const struct libc *libc, struct target_facts *facts)
{
    unsigned minor;

    if (libc->is_musl)
        snprintf(facts->libc, sizeof(facts->libc), "musl");
    else if (elf_greatest_name(&libc->elf, "GLIBC_2.", &minor))
        snprintf(facts->libc, sizeof(facts->libc), "glibc 2.%u", minor);
    else
        snprintf(facts->libc, sizeof(facts->libc), "glibc");
}

int libc_find(struct libc *libc, const struct elf *user, struct mem *mem, const struct maps *maps,
              struct target_facts *facts, struct err *err)
{
    if (choose(libc, user, mem, maps, err) < 0)
        return -1;
    libc->syscall = elf_find_function(&libc->elf, "syscall");
    libc->errno_location = elf_find_function(&libc->elf, "__errno_location");
    libc->return_stub = elf_find_code(&libc->elf, arch_return_stub, arch_return_stub_n);
    libc->is_musl = !elf_find(&libc->elf, "gnu_get_libc_version");
    describe(libc, facts);
    if (modules_check_reads(mem, err) < 0)
        return -1;
    if (!libc->return_stub)
        return err_set(err, STATUS_UNATTACHABLE, ENOEXEC,
                       "its libc (%s) has no signal return stub of the known form", facts->libc);
    return find_linker(libc, mem, maps, err);
}

/* ---- what the agent needs of it ---- */

/* Before glibc 2.34 some are in the library of threads only. */
static struct boot_mutexes find_mutexes(const struct elf *threads)
{
    return (struct boot_mutexes){
        .trylock = elf_find_function(threads, "pthread_mutex_trylock"),
        .lock = elf_find_function(threads, "pthread_mutex_lock"),
        .unlock = elf_find_function(threads, "pthread_mutex_unlock"),
        .signal = elf_find_function(threads, "pthread_cond_signal"),
    };
}

int libc_resolve(const struct libc *libc, const struct maps *maps, struct boot *boot,
                 struct err *err)
{
    struct mem *mem = libc->elf.mem;
    struct elf dl = libc->elf, threads = libc->elf;

    if (!has_dlopen(&dl, NULL) && !find_helper(&dl, libc, maps, has_dlopen))
        return modules_missing(mem, "it has no dlopen()", err);
    if (!elf_find_function(&threads, "pthread_create") &&
        !find_helper(&threads, libc, maps, has_threads))
        return modules_missing(mem, "it has no pthread_create()", err);
    boot->dlopen = elf_find_function(&dl, "dlopen");
    boot->dlclose = elf_find_function(&dl, "dlclose");
    boot->dladdr = elf_find_function(&dl, "dladdr");
    boot->pthread_create = elf_find_function(&threads, "pthread_create");
    boot->pthread_attr_init = elf_find_function(&libc->elf, "pthread_attr_init");
    boot->pthread_attr_destroy = elf_find_function(&libc->elf, "pthread_attr_destroy");
    boot->pthread_attr_setstacksize = elf_find_function(&libc->elf, "pthread_attr_setstacksize");
    boot->pthread_attr_setdetachstate =
        elf_find_function(&libc->elf, "pthread_attr_setdetachstate");
    if (!boot->pthread_attr_setstacksize)
        boot->pthread_attr_setstacksize = elf_find_function(&threads, "pthread_attr_setstacksize");
    boot->mutexes = find_mutexes(&threads);
    if (modules_check_reads(mem, err) < 0)
        return -1;
    if (!boot->pthread_attr_init || !boot->pthread_attr_destroy ||
        !boot->pthread_attr_setstacksize || !boot->pthread_attr_setdetachstate)
        return err_set(err, STATUS_UNATTACHABLE, ENOEXEC, "its thread library is incomplete");
    return 0;
}
