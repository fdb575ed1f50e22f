/* What earlier visits left: see remains.h. */
#include "remains.h"

#include "image.h"
#include "procfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_mapped(const struct maps *maps, const struct stat *st)
{
    for (size_t i = 0; i < maps->count; i++)
        if (maps->all[i].ino == st->st_ino && strcmp(maps->all[i].path, IMAGE_LINK) == 0)
            return true;
    return false;
}

static bool is_stray(struct visit *v, int fd, struct boot_file *stray)
{
    char name[32], link[64];
    struct stat st;

    snprintf(name, sizeof(name), "fd/%d", fd);
    if (procfs_link(v->session->proc_fd, name, link, sizeof(link)) < 0 ||
        strcmp(link, IMAGE_LINK) != 0 || fstatat(v->session->proc_fd, name, &st, 0) < 0 ||
        is_mapped(&v->code.maps, &st))
        return false;
    *stray = (struct boot_file){.fd = fd, .ino = st.st_ino, .dev = boot_dev(st.st_dev)};
    return true;
}

/* A memfd of a command that is at work this moment looks like a stray. It has one while it holds a
 * thread; looked at in this order, it is seen in either place. */
static bool is_held(const struct session *s)
{
    size_t count;
    pid_t *tids = procfs_numbers(s->proc_fd, "task", &count);
    bool held = !tids;

    for (size_t i = 0; tids && i < count && !held; i++)
        held = procfs_tracer(s->proc_fd, tids[i]) != 0;
    free(tids);
    return held;
}

void remains_find_strays(struct visit *v)
{
    size_t count, found = 0;
    int *fds = procfs_numbers(v->session->proc_fd, "fd", &count);

    for (size_t i = 0; i < BOOT_STRAYS; i++)
        v->boot.strays[i].fd = -1;
    for (size_t i = 0; fds && i < count && found < BOOT_STRAYS; i++)
        found += is_stray(v, fds[i], &v->boot.strays[found]);
    if (found && is_held(v->session))
        found = 0;
    for (size_t i = found; i < BOOT_STRAYS; i++)
        v->boot.strays[i].fd = -1;
    free(fds);
}

static bool read_resident(struct visit *v, const struct mapping *m, struct resident *resident)
{
    struct elf elf;
    struct boot there;
    uint64_t at;

    if (m->offset != 0 || strcmp(m->path, IMAGE_LINK) != 0 ||
        elf_open(&elf, &v->mem, &v->code.maps, m) < 0)
        return false;
    at = elf_find(&elf, BOOT_SYMBOL);
    if (!at || mem_read(&v->mem, at, &there, sizeof(there)) < 0 || there.image != image_hash() ||
        !elf_is_text(&elf, there.again))
        return false;
    *resident = (struct resident){.base = elf.bias, .begin = there.again};
    return true;
}

void remains_find_resident(struct visit *v)
{
    for (size_t i = 0; v->code.libc.is_musl && i < v->code.maps.count; i++)
        if (read_resident(v, &v->code.maps.all[i], &v->resident))
            break;
}

int remains_renew(struct visit *v, struct err *err)
{
    uint64_t at;
    size_t n;
    uint8_t *bytes;
    int result;

    v->boot.memfd.fd = -1;
    bytes = image_data(&v->boot, v->resident.base, &at, &n);
    result = bytes ? mem_write(&v->mem, at, bytes, n) : -1;
    free(bytes);
    return result < 0 ? unattachable(err, EFAULT, "the agent's image cannot be renewed") : 0;
}
