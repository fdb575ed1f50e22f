/* Mappings: see maps.h. */
#include "maps.h"

#include "procfs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX (256u << 20)
#define MAPS_MAX (1u << 20)
#define TRIES 20

/* A number in the given base, up to `end`; *s is moved past both. */
static bool take_number(char **s, int base, char end, uint64_t *number)
{
    char *stop;

    if (**s == '-' || **s == '+' || **s == ' ' || **s == '\0')
        return false;
    errno = 0;
    *number = strtoull(*s, &stop, base);
    if (errno || stop == *s || *stop != end)
        return false;
    *s = stop + 1;
    return true;
}

static bool take_permissions(char **s, struct mapping *m)
{
    if (strnlen(*s, 5) < 5 || (*s)[4] != ' ')
        return false;
    m->readable = (*s)[0] == 'r';
    m->writable = (*s)[1] == 'w';
    m->executable = (*s)[2] == 'x';
    *s += 5;
    return true;
}

/* start-end perms offset major:minor inode   path */
static bool parse_line(char *line, struct mapping *m)
{
    uint64_t major, minor;
    char *stop;

    if (!take_number(&line, 16, '-', &m->start) || !take_number(&line, 16, ' ', &m->end) ||
        !take_permissions(&line, m) || !take_number(&line, 16, ' ', &m->offset) ||
        !take_number(&line, 16, ':', &major) || !take_number(&line, 16, ' ', &minor))
        return false;
    if (*line < '0' || *line > '9')
        return false;
    m->ino = strtoull(line, &stop, 10);
    m->dev = major << 32 | (minor & 0xffffffff);
    m->path = stop + strspn(stop, " ");
    return m->start < m->end;
}

static size_t count_lines(const char *text, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += text[i] == '\n';
    return count;
}

int maps_parse(struct maps *maps, char *text, size_t n)
{
    size_t lines = count_lines(text, n);
    char *end = text + n, *line = text, *stop;

    maps->text = text;
    maps->all = calloc(lines ? lines : 1, sizeof(*maps->all));
    maps->count = 0;
    if (!maps->all || lines > MAPS_MAX)
        goto bad;
    for (; line < end; line = stop + 1) {
        stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop)
            goto bad;
        *stop = '\0';
        if (!parse_line(line, &maps->all[maps->count]) ||
            (maps->count && maps->all[maps->count].start < maps->all[maps->count - 1].end))
            goto bad;
        maps->count++;
    }
    return 0;
bad:
    maps_free(maps);
    return -1;
}

/* The kernel tells it by pages of text: of a running process that maps and unmaps all the time, two pages can
 * be of different states, and their mappings overlap. */
int maps_load(struct maps *maps, int proc_fd)
{
    *maps = (struct maps){0};
    for (int tries = 0; tries < TRIES; tries++) {
        size_t n;
        char *text = procfs_read(proc_fd, "maps", TEXT_MAX, &n);
        if (!text)
            return -1;
        if (maps_parse(maps, text, n) == 0)
            return 0;
    }
    errno = EPROTO;
    return -1;
}

void maps_free(struct maps *maps)
{
    free(maps->all);
    free(maps->text);
    *maps = (struct maps){0};
}

const struct mapping *maps_find(const struct maps *maps, uint64_t at)
{
    size_t low = 0, high = maps->count, middle;

    while (low < high) {
        middle = low + (high - low) / 2;
        if (maps->all[middle].end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low < maps->count && maps->all[low].start <= at ? &maps->all[low] : NULL;
}
