#include "audit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define LOG_SOCKET "/dev/log"
#define PATIENCE_MS 200
#define MORE_ROOM ((size_t)24) /* for ",+1000000 more\"" */

bool audit_is_due(const struct job *job, const struct options *o)
{
    const char *result = json_string_value(json_object_get(job->report, "result"));

    if (o->dry_run || strcmp(o->op, "status") == 0 || strcmp(o->op, "search") == 0 || !job->asked)
        return false;
    return !result || strcmp(result, "unchanged") != 0;
}

/* ---- the record ---- */

struct line {
    char *to;
    size_t size, used; /* what does not fit is not written; `used` stays below `size` */
};

static bool put(struct line *line, const char *s)
{
    size_t n = strlen(s);

    if (n >= line->size - line->used)
        return false;
    memcpy(line->to + line->used, s, n + 1);
    line->used += n;
    return true;
}

/* All of s, escaped, or nothing. */
static bool put_escaped(struct line *line, const char *s)
{
    size_t before = line->used;
    char unit[8];

    for (; *s; s++) {
        bool plain = *s >= ' ' && *s < 0x7f && *s != '"' && *s != '\\';
        snprintf(unit, sizeof(unit), plain ? "%c" : "\\x%02x", (unsigned char)*s);
        if (!put(line, unit)) {
            line->used = before;
            line->to[before] = '\0';
            return false;
        }
    }
    return true;
}

static void put_quoted(struct line *line, const char *key, const char *value)
{
    if (!*value)
        return;
    put(line, key);
    put(line, "=\"");
    if (!put_escaped(line, value))
        put(line, "...");
    put(line, "\" ");
}

static void put_word(struct line *line, const char *key, const char *value)
{
    put(line, key);
    put(line, "=");
    put(line, value);
    put(line, " ");
}

static void put_number(struct line *line, const char *key, unsigned long number)
{
    char text[24];

    snprintf(text, sizeof(text), "%lu", number);
    put_word(line, key, text);
}

/* Who logged in, which no later change of user hides; 4294967295 is nobody. */
static void put_login(struct line *line)
{
    char text[16] = "";
    int fd = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

    if (fd >= 0)
        close(fd);
    if (n > 0 && strspn(text, "0123456789") == (size_t)n)
        put_word(line, "loginuid", strcmp(text, "4294967295") == 0 ? "none" : text);
}

/* What the report says that was worked on, or else what was asked for. */
static size_t module_count(const struct job *job, const struct options *o)
{
    size_t n = json_array_size(json_object_get(job->report, "modules"));

    return n ? n : o->arg_count;
}

static const char *module_name(const struct job *job, const struct options *o, size_t i)
{
    json_t *modules = json_object_get(job->report, "modules");
    const char *name = json_string_value(json_object_get(json_array_get(modules, i), "name"));

    if (name)
        return name;
    return i < o->arg_count ? o->args[i] : "?";
}

static void put_modules(struct line *line, const struct job *job, const struct options *o)
{
    size_t n = module_count(job, o), i;
    struct line part = *line;
    char more[MORE_ROOM];

    if (n == 0 || line->size - line->used < 2 * MORE_ROOM)
        return;
    part.size -= MORE_ROOM;
    put(&part, "modules=\"");
    for (i = 0; i < n; i++) {
        if (!put_escaped(&part, module_name(job, o, i)))
            break;
        if (i + 1 < n && !put(&part, ","))
            break;
    }
    line->used = part.used;
    snprintf(more, sizeof(more), i < n ? "+%zu more\" " : "\" ", n - i);
    put(line, more);
}

static const char *op_name(const struct options *o)
{
    if (strcmp(o->op, "reimport") != 0)
        return o->op;
    return o->code_only ? "code-only" : o->modified ? "modified" : o->op;
}

/* The main one is not named. */
static void put_interpreter(struct line *line, const json_t *report)
{
    json_int_t id = json_integer_value(json_object_get(report, "interpreter"));

    if (id > 0)
        put_number(line, "interpreter", (unsigned long)id);
}

void audit_record(char *to, size_t size, const struct job *job, const struct options *o)
{
    const char *result = json_string_value(json_object_get(job->report, "result"));
    const char *sudo = getenv("SUDO_USER");
    struct line line = {.to = to, .size = size};

    *to = '\0';
    put_number(&line, "uid", getuid());
    put_login(&line);
    put_quoted(&line, "sudo_user", sudo && strlen(sudo) <= 64 ? sudo : "");
    put_number(&line, "pid", (unsigned long)job->pid);
    put_interpreter(&line, job->report);
    put_word(&line, "op", op_name(o));
    put_word(&line, "result", result ? result : "unknown");
    put_quoted(&line, "exe", job->exe);
    put_modules(&line, job, o);
    if (line.used > 0)
        to[line.used - 1] = '\0'; /* the last blank */
}

/* ---- the socket ---- */

/* A daemon listens for datagrams, or, an old one, for a stream of records that end with a zero. */
static int open_socket(int type)
{
    static const struct sockaddr_un address = {AF_UNIX, LOG_SOCKET};
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), code;

    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
        code = errno;
        close(fd);
        errno = code;
        fd = -1;
    }
    if (fd < 0 && errno == EPROTOTYPE && type == SOCK_DGRAM)
        return open_socket(SOCK_STREAM);
    return fd;
}

/* 0, or an errno value. */
static int send_record(int fd, const char *record, size_t n)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};

    for (int tries = 0; tries < 2; tries++) {
        if (send(fd, record, n, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)n)
            return 0;
        if (errno != EAGAIN && errno != EINTR)
            break;
        poll(&p, 1, PATIENCE_MS);
    }
    return errno;
}

int audit_write(const struct job *job, const struct options *o, struct err *err)
{
    char stamp[32] = "", text[AUDIT_MAX], record[AUDIT_MAX + 64];
    time_t now = time(NULL);
    struct tm local;
    int fd, n, code;

    audit_record(text, sizeof(text), job, o);
    if (localtime_r(&now, &local))
        strftime(stamp, sizeof(stamp), "%b %e %T", &local);
    n = snprintf(record, sizeof(record), "<%d>%s reimport[%d]: %s", LOG_AUTH | LOG_NOTICE, stamp,
                 (int)getpid(), text);
    fd = open_socket(SOCK_DGRAM);
    code = fd < 0 ? errno : send_record(fd, record, (size_t)n + 1);
    if (fd >= 0)
        close(fd);
    if (code)
        return err_sys(err, STATUS_UNKNOWN, code, "not written to the system log (" LOG_SOCKET ")");
    return 0;
}
