/* Loaded modules: see modules.h. */
#include "modules.h"

#include <errno.h>

static bool may_begin_module(const struct mapping *m)
{
    return m->offset == 0 && m->path[0] != '\0' && m->path[0] != '[';
}

/* The modules that pass, up to max + 1 of them; room for the last one is not needed. */
static size_t find(struct elf *found, size_t max, size_t enough, struct mem *mem,
                   const struct maps *maps, modules_test *test, const void *argument)
{
    int of_found = 0, of_any = 0;
    size_t count = 0;
    struct elf elf;

    for (size_t i = 0; i < maps->count && count < enough && of_any != ELOOP; i++) {
        if (!may_begin_module(&maps->all[i]))
            continue;
        mem->error = 0;
        if (elf_open(&elf, mem, maps, &maps->all[i]) == 0 && test(&elf, argument)) {
            if (count < max)
                found[count] = elf;
            count++;
            of_found = mem->error ? mem->error : of_found;
        }
        of_any = mem->error ? mem->error : of_any;
    }
    mem->error = count && of_any != ELOOP ? of_found : of_any;
    return count;
}

size_t modules_find_all(struct elf *found, size_t max, struct mem *mem, const struct maps *maps,
                        modules_test *test, const void *argument)
{
    return find(found, max, max + 1, mem, maps, test, argument);
}

bool modules_find(struct elf *elf, struct mem *mem, const struct maps *maps, modules_test *test,
                  const void *argument)
{
    return find(elf, 1, 1, mem, maps, test, argument) == 1;
}

int modules_check_reads(const struct mem *mem, struct err *err)
{
    if (mem->error == ELOOP)
        return err_set(err, STATUS_UNATTACHABLE, ELOOP,
                       "its symbol tables are such that a search in them does not end");
    if (mem->error)
        return err_sys(err, STATUS_UNATTACHABLE, mem->error, "its memory cannot be read");
    return 0;
}

int modules_missing(const struct mem *mem, const char *what, struct err *err)
{
    return modules_check_reads(mem, err) < 0
               ? -1
               : err_set(err, STATUS_UNATTACHABLE, ENOEXEC, "%s", what);
}
