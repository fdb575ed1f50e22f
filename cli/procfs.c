/* Reads below /proc/PID: see procfs.h. */
#include "procfs.h"

#include "err.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_READ 16384

static char *read_all(int fd, size_t max, size_t *n)
{
    size_t cap = FIRST_READ, have = 0;
    char *text = malloc(cap + 1), *larger;
    ssize_t got = 1;

    while (text && got != 0) {
        got = read(fd, text + have, cap - have);
        if (got < 0 && errno != EINTR)
            goto fail;
        have += got > 0 ? (size_t)got : 0;
        if (have < cap)
            continue;
        if (cap >= max) {
            errno = EFBIG;
            goto fail;
        }
        cap *= 2;
        larger = realloc(text, cap + 1);
        if (!larger)
            goto fail;
        text = larger;
    }
    if (text)
        text[have] = '\0';
    *n = have;
    return text;
fail:
    free(text);
    return NULL;
}

char *procfs_read(int proc_fd, const char *name, size_t max, size_t *n)
{
    int fd = openat(proc_fd, name, O_RDONLY | O_CLOEXEC);
    char *text;
    int error;

    if (fd < 0)
        return NULL;
    text = read_all(fd, max, n);
    error = errno;
    close(fd);
    errno = error;
    return text;
}

int procfs_status(const char *status, const char *key, char *to, size_t cap)
{
    size_t n = strlen(key), length;

    for (const char *line = status; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, n) != 0 || line[n] != ':')
            continue;
        line += n + 1;
        line += strspn(line, " \t");
        length = strcspn(line, "\n");
        if (length >= cap)
            length = cap - 1;
        memcpy(to, line, length);
        to[length] = '\0';
        err_clean(to);
        return 0;
    }
    return -1;
}

int procfs_status_of(int proc_fd, const char *name, size_t max, const char *key, char *to,
                     size_t cap)
{
    size_t n;
    char *text = procfs_read(proc_fd, name, max, &n);
    int result = text ? procfs_status(text, key, to, cap) : -1;

    free(text);
    return result;
}

int procfs_link(int proc_fd, const char *name, char *to, size_t cap)
{
    ssize_t n = readlinkat(proc_fd, name, to, cap - 1);

    if (n < 0)
        return -1;
    to[n] = '\0';
    return 0;
}

static DIR *open_directory(int proc_fd, const char *name)
{
    int fd = openat(proc_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    if (!dir && fd >= 0)
        close(fd);
    return dir;
}

/* Adds a number to an array of *count that grows by doubling. */
static int add_number(int **numbers, size_t *count, int number)
{
    size_t cap = *count < 64 ? 64 : *count * 2;
    int *larger;

    if (*count == 0 || (*count >= 64 && (*count & (*count - 1)) == 0)) {
        larger = realloc(*numbers, cap * sizeof(*larger));
        if (!larger)
            return -1;
        *numbers = larger;
    }
    (*numbers)[(*count)++] = number;
    return 0;
}

int *procfs_numbers(int proc_fd, const char *directory, size_t *count)
{
    DIR *dir = open_directory(proc_fd, directory);
    struct dirent *entry;
    int *numbers = NULL;
    char *end;
    long number;
    int error;

    *count = 0;
    if (!dir)
        return NULL;
    while (errno = 0, (entry = readdir(dir))) {
        number = strtol(entry->d_name, &end, 10);
        if (end == entry->d_name || *end || number < 0 || number > INT_MAX)
            continue;
        if (add_number(&numbers, count, (int)number) < 0)
            break;
    }
    error = entry ? ENOMEM : errno;
    closedir(dir);
    if (!error && numbers)
        return numbers;
    free(numbers);
    errno = error ? error : ENOENT;
    return NULL;
}

pid_t procfs_tracer(int proc_fd, pid_t tid)
{
    char name[64], number[16] = "";

    snprintf(name, sizeof(name), "task/%d/status", tid);
    (void)procfs_status_of(proc_fd, name, FIRST_READ, "TracerPid", number, sizeof(number));
    return (pid_t)strtol(number, NULL, 10);
}

static bool has_name(int proc_fd, pid_t tid, const char *name)
{
    char file[64];
    size_t n, length = strlen(name);
    char *comm;
    bool has;

    snprintf(file, sizeof(file), "task/%d/comm", tid);
    comm = procfs_read(proc_fd, file, FIRST_READ, &n);
    has = comm && n == length + 1 && strncmp(comm, name, length) == 0;
    free(comm);
    return has;
}

pid_t procfs_thread(int proc_fd, const char *name)
{
    size_t n;
    int *tids = procfs_numbers(proc_fd, "task", &n);
    pid_t found = 0;

    for (size_t i = tids ? n : 0; i > 0 && !found; i--)
        if (has_name(proc_fd, tids[i - 1], name))
            found = tids[i - 1];
    free(tids);
    return found;
}

/* Field 3 is what follows the name in brackets, which may itself contain anything. */
static const char *field(const char *stat, int number)
{
    const char *at = strrchr(stat, ')');

    for (int i = 2; at && i < number; i++)
        at = strchr(at + 1, ' ');
    return at ? at + 1 : "";
}

static void read_stat(int proc_fd, pid_t tid, struct procfs_call *call)
{
    char name[64];
    size_t n;
    char *text;

    call->state = 'X';
    call->sched = (struct procfs_sched){0};
    call->cpu = -1;
    snprintf(name, sizeof(name), "task/%d/stat", tid);
    text = procfs_read(proc_fd, name, FIRST_READ, &n);
    if (text && *field(text, 3)) {
        call->state = *field(text, 3);
        call->sched.nice = (int)strtol(field(text, 19), NULL, 10);
        call->sched.priority = (unsigned)strtoul(field(text, 40), NULL, 10);
        call->sched.policy = (unsigned)strtoul(field(text, 41), NULL, 10);
        if (sscanf(field(text, 39), "%d", &call->cpu) != 1)
            call->cpu = -1;
    }
    free(text);
}

int procfs_call(int proc_fd, pid_t tid, struct procfs_call *call)
{
    char name[64];
    char *text;
    size_t n;
    uint64_t *a = call->arguments;
    int got;

    call->number = -2;
    read_stat(proc_fd, tid, call);
    snprintf(name, sizeof(name), "task/%d/syscall", tid);
    text = procfs_read(proc_fd, name, FIRST_READ, &n);
    if (!text)
        return -1;
    got = sscanf(text,
                 "%ld 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64
                 " 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64,
                 &call->number, &a[0], &a[1], &a[2], &a[3], &a[4], &a[5], &call->sp, &call->pc);
    if (got != 9 && !(got == 1 && call->number == -1))
        call->number = -2;
    free(text);
    return 0;
}

/* ---- processes ---- */

bool procfs_birth(int directory, const char *name, pid_t *parent, uint64_t *born)
{
    size_t n;
    char *text = procfs_read(directory, name, FIRST_READ, &n);
    bool found = text && sscanf(field(text, 4), "%d", parent) == 1 &&
                 sscanf(field(text, 22), "%" SCNu64, born) == 1;

    free(text);
    return found;
}

struct process procfs_process(pid_t pid)
{
    struct process process = {.pid = pid};
    char name[32];
    pid_t parent;

    snprintf(name, sizeof(name), "/proc/%d/stat", (int)pid);
    if (!procfs_birth(AT_FDCWD, name, &parent, &process.born))
        process.born = 0;
    return process;
}
