/* Python in a target's memory: see python.h. */
#include "python.h"

#include "bound.h"
#include "modules.h"
#include "procfs.h"
#include "version.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define PYTHONS_MAX 8 /* that are told apart */

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

static bool is_program(const struct elf *elf, const void *entry)
{
    return elf_is_text(elf, *(const uint64_t *)entry);
}

/* ---- one of several ---- */

/* Leaves those that satisfy `is`, if there are any. */
static size_t narrow(struct elf *found, size_t count, modules_test *is, const void *argument)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (is(&found[i], argument))
            found[kept++] = found[i];
    return kept ? kept : count;
}

static bool is_started(const struct elf *elf, const void *unused)
{
    (void)unused;
    return version_is_started(elf);
}

static bool is_of_program(const struct elf *elf, const void *program)
{
    return ((const struct elf *)program)->start == elf->start || bound_to(program, elf);
}

/* An extension module, or a plug-in, may have brought in a second Python. It stands idle, unless somebody has
 * started it, too; and then it is the program's own that counts. */
static size_t choose(struct elf *found, size_t count, const struct code *code, struct mem *mem)
{
    struct elf program;

    if (count > 1)
        count = narrow(found, count, is_started, NULL);
    if (count > 1 && modules_find(&program, mem, &code->maps, is_program, &code->entry))
        count = narrow(found, count, is_of_program, &program);
    return count;
}

static int find_module(struct code *code, struct mem *mem, struct err *err)
{
    struct elf found[PYTHONS_MAX];
    size_t count = modules_find_all(found, PYTHONS_MAX, mem, &code->maps, is_python, NULL);

    if (count == 0)
        return modules_missing(
            mem, "it is not a Python process: no module in it exports the Python API", err);
    if (count <= PYTHONS_MAX)
        count = choose(found, count, code, mem);
    if (modules_check_reads(mem, err) < 0)
        return -1;
    if (count > 1)
        return err_set(err, STATUS_UNATTACHABLE, 0,
                       "more than one Python is loaded in it (%s, %s), and which of them it runs "
                       "cannot be told",
                       found[0].first->path, found[1].first->path);
    code->python.elf = found[0];
    return 0;
}

static int find_python(struct code *code, struct mem *mem, struct target_facts *facts,
                       struct err *err)
{
    struct python *python = &code->python;

    if (find_module(code, mem, err) < 0)
        return -1;
    snprintf(facts->python_file, sizeof(facts->python_file), "%s", python->elf.first->path);
    err_clean(facts->python_file);
    python->exports_malloc = elf_find(&python->elf, "malloc") != 0;
    python->free_threaded = version_find(&python->elf, facts);
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
