/* Python in a target's memory: see python.h. */
#include "python.h"

#include "modules.h"
#include "procfs.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCAN_MAX (16u << 20) /* bytes of one data segment searched for the version */
#define BUILD_INFO 160       /* what follows the version's number is looked at so far */

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

static bool is_python(const struct elf *elf, const void *unused)
{
    (void)unused;
    return elf_find_function(elf, "PyGILState_Ensure") && elf_find_function(elf, "Py_GetVersion") &&
           elf_find_function(elf, "PyEval_SaveThread");
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

    if (!modules_find(&python->elf, mem, &code->maps, is_python, NULL))
        return modules_missing(
            mem, "it is not a Python process: no module in it exports the Python API", err);
    snprintf(facts->python_file, sizeof(facts->python_file), "%s", python->elf.first->path);
    err_clean(facts->python_file);
    python->exports_malloc = elf_find(&python->elf, "malloc") != 0;
    if (find_version(python, facts))
        sscanf(facts->python, "%u.%u", &facts->major, &facts->minor);
    if (!read_version(python, facts) && !facts->python[0])
        guess_version(python, facts);
    return modules_check_reads(mem, err);
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
    else if (find_python(code, mem, facts, err) == 0 &&
             libc_find(&code->libc, &code->python.elf, mem, &code->maps, facts, err) == 0)
        return 0;
    code_free(code);
    return -1;
}

static bool is_program(const struct elf *elf, const void *entry)
{
    return elf_is_text(elf, *(const uint64_t *)entry);
}

/* A program that is not position-independent has its own copies of the data that it uses, and then
 * they are the ones that count. */
static int resolve_python(const struct code *code, struct boot *boot, struct err *err)
{
    struct mem *mem = code->python.elf.mem;
    struct elf program;
    bool found = modules_find(&program, mem, &code->maps, is_program, &code->entry);
    bool copies = found && program.start != code->python.elf.start;

    for (size_t i = 0; i < PYI_COUNT; i++) {
        if (copies && py_is_data[i])
            boot->py[i] = elf_find(&program, py_names[i]);
        if (!boot->py[i])
            boot->py[i] =
                (py_is_data[i] ? elf_find : elf_find_function)(&code->python.elf, py_names[i]);
    }
    if (modules_check_reads(mem, err) < 0)
        return -1;
    for (size_t i = 0; i < PYI_COUNT; i++)
        if (!boot->py[i] && !py_is_optional[i])
            return err_set(err, STATUS_UNATTACHABLE, ENOTSUP, "its Python does not export %s()",
                           py_names[i]);
    return 0;
}

int code_resolve(const struct code *code, struct boot *boot, struct err *err)
{
    if (libc_resolve(&code->libc, &code->maps, boot, err) < 0)
        return -1;
    return resolve_python(code, boot, err);
}

void code_free(struct code *code)
{
    maps_free(&code->maps);
}
