/* libc and Python in a target's memory: see python.h. */
#include "python.h"

#include "arch.h"
#include "procfs.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCAN_MAX (16u << 20) /* bytes of one data segment searched for the version */
#define LINKER_MAX (64u << 10)
#define BUILD_INFO 160 /* what follows the version's number is looked at so far */

static const char *const py_names[PYI_COUNT] = {
#define PY_FN(name) #name,
#define PY_EX(ret, name, args) #name,
#define PY_EXC(name) #name,
#define PY_TYPE(name) #name,
#define PY_OBJ(name) #name,
#include "py_api.def"
#undef PY_FN
#undef PY_EX
#undef PY_EXC
#undef PY_TYPE
#undef PY_OBJ
};

static const bool py_is_data[PYI_COUNT] = {
#define PY_FN(name) false,
#define PY_EX(ret, name, args) false,
#define PY_EXC(name) true,
#define PY_TYPE(name) true,
#define PY_OBJ(name) true,
#include "py_api.def"
#undef PY_FN
#undef PY_EX
#undef PY_EXC
#undef PY_TYPE
#undef PY_OBJ
};

/* Which of them some supported CPython has not. */
static const bool py_is_optional[PYI_COUNT] = {
#define PY_FN(name) false,
#define PY_EX(ret, name, args) true,
#define PY_EXC(name) false,
#define PY_TYPE(name) false,
#define PY_OBJ(name) false,
#include "py_api.def"
#undef PY_FN
#undef PY_EX
#undef PY_EXC
#undef PY_TYPE
#undef PY_OBJ
};

/* Calls `use` for each loaded module until it returns true, and leaves that module in *elf. Afterwards
 * mem->error tells of reads that failed in that module, or, if there is none, in any. */
static bool find_module(struct elf *elf, struct mem *mem, const struct maps *maps,
                        bool (*use)(const struct elf *, uint64_t), uint64_t argument)
{
    int error = 0;

    for (size_t i = 0; i < maps->count; i++) {
        const struct mapping *m = &maps->all[i];

        if (m->offset != 0 || m->path[0] == '\0' || m->path[0] == '[')
            continue;
        mem->error = 0;
        if (elf_open(elf, mem, maps, m) == 0 && use(elf, argument))
            return true;
        if (mem->error)
            error = mem->error;
        if (mem->error == ELOOP)
            break;
    }
    mem->error = error;
    return false;
}

/* What could not be read looks as if it were not there; nothing may be built on that. */
static int check_reads(const struct mem *mem, struct err *err)
{
    if (mem->error == ELOOP)
        return err_set(err, STATUS_UNATTACHABLE, ELOOP,
                       "its symbol tables are such that a search in them does not end");
    if (mem->error)
        return err_sys(err, STATUS_UNATTACHABLE, mem->error, "its memory cannot be read");
    return 0;
}

/* The error that there is no such module. */
static int missing(const struct mem *mem, const char *what, struct err *err)
{
    return check_reads(mem, err) < 0 ? -1 : err_set(err, STATUS_UNATTACHABLE, ENOEXEC, "%s", what);
}

static bool is_libc(const struct elf *elf, uint64_t unused)
{
    (void)unused;
    return elf_find_function(elf, "__libc_start_main") && elf_find_function(elf, "syscall") &&
           elf_find_function(elf, "__errno_location");
}

static bool is_python(const struct elf *elf, uint64_t unused)
{
    (void)unused;
    return elf_find_function(elf, "PyGILState_Ensure") && elf_find_function(elf, "Py_GetVersion") &&
           elf_find_function(elf, "PyEval_SaveThread");
}

static bool has_dlopen(const struct elf *elf, uint64_t unused)
{
    (void)unused;
    return elf_find_function(elf, "dlopen") && elf_find_function(elf, "dlclose") &&
           elf_find_function(elf, "dladdr");
}

static bool has_threads(const struct elf *elf, uint64_t unused)
{
    (void)unused;
    return elf_find_function(elf, "pthread_create") &&
           elf_find_function(elf, "pthread_attr_setstacksize") &&
           elf_find_function(elf, "__pthread_key_create");
}

static bool is_linker(const struct elf *elf, uint64_t unused)
{
    (void)unused;
    return elf_find(elf, "_rtld_global") != 0;
}

/* glibc's; musl has no name for its own. */
static int find_linker(struct code *code, struct mem *mem, struct err *err)
{
    struct elf elf;
    uint64_t size;

    if (!find_module(&elf, mem, &code->maps, is_linker, 0))
        return code->libc.is_musl ? 0 : check_reads(mem, err);
    code->libc.linker = elf_find_sized(&elf, "_rtld_global", &size);
    code->libc.linker_n = size < LINKER_MAX ? size : LINKER_MAX;
    return check_reads(mem, err);
}

static int find_libc(struct code *code, struct mem *mem, struct target_facts *facts,
                     struct err *err)
{
    struct libc *libc = &code->libc;
    unsigned minor;

    if (!find_module(&libc->elf, mem, &code->maps, is_libc, 0))
        return missing(mem, "it has no libc that can load a library (a static program?)", err);
    libc->syscall = elf_find_function(&libc->elf, "syscall");
    libc->errno_location = elf_find_function(&libc->elf, "__errno_location");
    libc->return_stub = elf_find_code(&libc->elf, arch_return_stub, arch_return_stub_n);
    libc->is_musl = !elf_find(&libc->elf, "gnu_get_libc_version");
    if (libc->is_musl)
        snprintf(facts->libc, sizeof(facts->libc), "musl");
    else if (elf_greatest_name(&libc->elf, "GLIBC_2.", &minor))
        snprintf(facts->libc, sizeof(facts->libc), "glibc 2.%u", minor);
    else
        snprintf(facts->libc, sizeof(facts->libc), "glibc");
    if (check_reads(mem, err) < 0)
        return -1;
    if (!libc->return_stub)
        return err_set(err, STATUS_UNATTACHABLE, ENOEXEC,
                       "its libc (%s) has no signal return stub of the known form", facts->libc);
    return find_linker(code, mem, err);
}

/* "3.11.7" and what follows up to a blank and a bracket, as Py_GetVersion() keeps it in memory. */
static bool is_version(const char *s, size_t n, size_t *length)
{
    size_t i = 0;

    for (int part = 0; part < 3; part++) {
        size_t digits = 0;

        while (i < n && isdigit((unsigned char)s[i]) && digits < 4) {
            i++;
            digits++;
        }
        if (digits == 0 || (part < 2 && (i >= n || s[i++] != '.')))
            return false;
    }
    *length = i;
    while (i < n && i < *length + 4 && (isalnum((unsigned char)s[i]) || s[i] == '+'))
        i++;
    *length = i;
    if (i >= n || s[i] != ' ')
        return false;
    return memchr(s + i, '(', n - i < 48 ? n - i : 48) != NULL;
}

static bool scan_version(const char *bytes, size_t n, struct python *python,
                         struct target_facts *facts)
{
    char info[BUILD_INFO];
    size_t length;

    for (const char *at = bytes; (at = memchr(at, '.', n - (size_t)(at - bytes))); at++) {
        if (at == bytes || (at[-1] != '2' && at[-1] != '3') || (at - 1 > bytes && at[-2] != '\0') ||
            !is_version(at - 1, n - (size_t)(at - 1 - bytes), &length))
            continue;
        snprintf(facts->python, sizeof(facts->python), "%.*s", (int)length, at - 1);
        snprintf(info, sizeof(info), "%.*s", (int)strnlen(at - 1, n - (size_t)(at - 1 - bytes)),
                 at - 1);
        python->free_threaded = strstr(info, "free-threading") != NULL;
        return true;
    }
    return false;
}

/* Py_GetVersion() formats its answer into a static buffer, which sys.version is made from. */
static bool find_version(struct python *python, struct target_facts *facts)
{
    const struct elf *elf = &python->elf;
    bool found = false;

    for (size_t i = 0; i < elf->segment_count && !found; i++) {
        uint64_t start = elf->segments[i].start, size = elf->segments[i].end - start;
        char *bytes;

        if (!elf->segments[i].writable || size > SCAN_MAX)
            continue;
        bytes = malloc(size);
        if (bytes && mem_read(elf->mem, start, bytes, size) == 0)
            found = scan_version(bytes, size, python, facts);
        free(bytes);
    }
    return found;
}

/* Py_Version (3.11) is a constant: right even before the interpreter is initialised. */
static bool read_version(struct python *python, struct target_facts *facts)
{
    uint64_t at = elf_find(&python->elf, "Py_Version"), hex;

    if (!at || mem_read(python->elf.mem, at, &hex, sizeof(hex)) < 0)
        return false;
    facts->major = hex >> 24 & 0xff;
    facts->minor = hex >> 16 & 0xff;
    if (!facts->python[0])
        snprintf(facts->python, sizeof(facts->python), "%u.%u.%u", facts->major, facts->minor,
                 (unsigned)(hex >> 8 & 0xff));
    return true;
}

/* From what each version began to export. */
static void guess_version(struct python *python, struct target_facts *facts)
{
    const struct elf *elf = &python->elf;

    facts->major = elf_find(elf, "PyString_FromString") ? 2 : 3;
    if (facts->major == 2)
        facts->minor = 7;
    else if (elf_find(elf, "PyGC_Disable"))
        facts->minor = 10;
    else if (elf_find(elf, "PyThreadState_GetFrame"))
        facts->minor = 9;
    else
        facts->minor = elf_find(elf, "Py_InitializeFromConfig") ? 8 : 7;
    snprintf(facts->python, sizeof(facts->python), "%u.%u", facts->major, facts->minor);
}

static int find_python(struct code *code, struct mem *mem, struct target_facts *facts,
                       struct err *err)
{
    struct python *python = &code->python;

    if (!find_module(&python->elf, mem, &code->maps, is_python, 0))
        return missing(mem, "it is not a Python process: no module in it exports the Python API",
                       err);
    snprintf(facts->python_file, sizeof(facts->python_file), "%s", python->elf.first->path);
    err_clean(facts->python_file);
    python->exports_malloc = elf_find(&python->elf, "malloc") != 0;
    if (find_version(python, facts))
        sscanf(facts->python, "%u.%u", &facts->major, &facts->minor);
    if (!read_version(python, facts) && !facts->python[0])
        guess_version(python, facts);
    return check_reads(mem, err);
}

static uint64_t read_entry(int proc_fd)
{
    size_t n;
    uint64_t *auxv = (uint64_t *)procfs_read(proc_fd, "auxv", 1 << 16, &n);
    uint64_t entry = 0;

    for (size_t i = 0; auxv && i + 1 < n / sizeof(*auxv) && auxv[i] != AT_NULL; i += 2)
        if (auxv[i] == AT_ENTRY)
            entry = auxv[i + 1];
    free(auxv);
    return entry;
}

int code_find(struct code *code, struct mem *mem, int proc_fd, struct target_facts *facts,
              struct err *err)
{
    if (maps_load(&code->maps, proc_fd) < 0)
        return err_sys(err, STATUS_UNATTACHABLE, errno, "its memory map cannot be read");
    code->entry = read_entry(proc_fd);
    if (!code->entry)
        err_set(err, STATUS_UNATTACHABLE, EIO, "its auxiliary vector cannot be read");
    else if (find_python(code, mem, facts, err) == 0 && find_libc(code, mem, facts, err) == 0)
        return 0;
    code_free(code);
    return -1;
}

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

static int resolve_libc(const struct code *code, struct boot *boot, struct err *err)
{
    struct mem *mem = code->libc.elf.mem;
    struct elf dl = code->libc.elf, threads = code->libc.elf;

    if (!has_dlopen(&dl, 0) && !find_module(&dl, mem, &code->maps, has_dlopen, 0))
        return missing(mem, "it has no dlopen()", err);
    if (!elf_find_function(&threads, "pthread_create") &&
        !find_module(&threads, mem, &code->maps, has_threads, 0))
        return missing(mem, "it has no pthread_create()", err);
    boot->dlopen = elf_find_function(&dl, "dlopen");
    boot->dlclose = elf_find_function(&dl, "dlclose");
    boot->dladdr = elf_find_function(&dl, "dladdr");
    boot->pthread_create = elf_find_function(&threads, "pthread_create");
    boot->pthread_attr_init = elf_find_function(&code->libc.elf, "pthread_attr_init");
    boot->pthread_attr_destroy = elf_find_function(&code->libc.elf, "pthread_attr_destroy");
    boot->pthread_attr_setstacksize =
        elf_find_function(&code->libc.elf, "pthread_attr_setstacksize");
    boot->pthread_attr_setdetachstate =
        elf_find_function(&code->libc.elf, "pthread_attr_setdetachstate");
    if (!boot->pthread_attr_setstacksize)
        boot->pthread_attr_setstacksize = elf_find_function(&threads, "pthread_attr_setstacksize");
    boot->mutexes = find_mutexes(&threads);
    if (check_reads(mem, err) < 0)
        return -1;
    if (!boot->pthread_attr_init || !boot->pthread_attr_destroy ||
        !boot->pthread_attr_setstacksize || !boot->pthread_attr_setdetachstate)
        return err_set(err, STATUS_UNATTACHABLE, ENOEXEC, "its thread library is incomplete");
    return 0;
}

/* A program that is not position-independent has its own copies of the data that it uses, and then
 * they are the ones that count. */
static int resolve_python(const struct code *code, struct boot *boot, struct err *err)
{
    struct mem *mem = code->python.elf.mem;
    struct elf program;
    bool found = find_module(&program, mem, &code->maps, elf_is_text, code->entry);
    bool copies = found && program.start != code->python.elf.start;

    for (size_t i = 0; i < PYI_COUNT; i++) {
        if (copies && py_is_data[i])
            boot->py[i] = elf_find(&program, py_names[i]);
        if (!boot->py[i])
            boot->py[i] =
                (py_is_data[i] ? elf_find : elf_find_function)(&code->python.elf, py_names[i]);
    }
    if (check_reads(mem, err) < 0)
        return -1;
    for (size_t i = 0; i < PYI_COUNT; i++)
        if (!boot->py[i] && !py_is_optional[i])
            return err_set(err, STATUS_UNATTACHABLE, ENOTSUP, "its Python does not export %s()",
                           py_names[i]);
    return 0;
}

int code_resolve(const struct code *code, struct boot *boot, struct err *err)
{
    if (resolve_libc(code, boot, err) < 0)
        return -1;
    return resolve_python(code, boot, err);
}

void code_free(struct code *code)
{
    maps_free(&code->maps);
}
