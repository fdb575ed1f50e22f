#include "request.h"

#include "proc.h"
#include "wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The working directory under the name that the user knows it by (symbolic links kept), as pwd -L
 * gives it. To be freed; NULL with errno. */
static char *working_directory(void)
{
    const char *logical = getenv("PWD");
    struct stat a, b;

    if (logical && logical[0] == '/' && stat(logical, &a) == 0 && stat(".", &b) == 0 &&
        a.st_dev == b.st_dev && a.st_ino == b.st_ino)
        return strdup(logical);
    return getcwd(NULL, 0);
}

/* `path` below `directory`, to be freed; "./" at its beginning is left out. */
static char *join(const char *directory, const char *path)
{
    char *joined;

    while (path[0] == '.' && (path[1] == '/' || path[1] == '\0')) {
        path++;
        path += strspn(path, "/");
    }
    if (asprintf(&joined, "%s%s%s", directory, *path ? "/" : "", path) < 0)
        return NULL;
    return joined;
}

static char *absolute(const char *path, pid_t pid, struct err *err)
{
    char *directory, *joined;

    if (path[0] != '/' && proc_has_other_root(pid)) {
        err_set(
            err, STATUS_USAGE, EINVAL,
            "%s: a relative path means nothing to a process that sees other files (a container); "
            "give the path as the process sees it, from / on",
            path);
        return NULL;
    }
    directory = path[0] == '/' ? strdup("") : working_directory();
    joined = !directory ? NULL : path[0] == '/' ? strdup(path) : join(directory, path);
    if (!joined)
        err_sys(err, STATUS_UNATTACHABLE, errno, "%s: cannot tell the path from / on", path);
    free(directory);
    return joined;
}

void request_free_paths(char **paths, size_t count)
{
    for (size_t i = 0; paths && i < count; i++)
        free(paths[i]);
    free(paths);
}

char **request_paths(const struct options *o, pid_t pid, struct err *err)
{
    char **paths = calloc(o->arg_count + 1, sizeof(*paths));

    if (!paths)
        err_sys(err, STATUS_UNATTACHABLE, ENOMEM, "cannot make the request");
    for (size_t i = 0; paths && i < o->arg_count; i++) {
        paths[i] = absolute(o->args[i], pid, err);
        if (!paths[i]) {
            request_free_paths(paths, i);
            return NULL;
        }
    }
    return paths;
}

static void put_text(struct wire_out *out, const char *s)
{
    wire_put_string(out, s, strlen(s));
}

static void put_list(struct wire_out *out, char *const *strings, size_t count)
{
    wire_put_list(out, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        put_text(out, strings[i]);
}

static void put_interpreter(struct wire_out *out, int64_t id)
{
    if (id == INTERPRETER_ALL)
        put_text(out, "all");
    else if (id == INTERPRETER_MAIN)
        wire_put_null(out);
    else
        wire_put_int(out, id);
}

static void put_request(struct wire_out *out, const struct options *o, char *const *paths)
{
    wire_put_map(out, 10);
    put_text(out, "op");
    put_text(out, o->op);
    put_text(out, "modules");
    put_list(out, o->args, o->modified ? 0 : o->arg_count);
    put_text(out, "modified");
    wire_put_bool(out, o->modified);
    put_text(out, "paths");
    put_list(out, paths, paths ? o->arg_count : 0);
    put_text(out, "dry_run");
    wire_put_bool(out, o->dry_run);
    put_text(out, "code_only");
    wire_put_bool(out, o->code_only);
    put_text(out, "if_loaded");
    wire_put_bool(out, o->if_loaded);
    put_text(out, "timeout_ms");
    wire_put_int(out, o->timeout_ms);
    put_text(out, "interpreter");
    put_interpreter(out, o->interpreter);
    put_text(out, "verbose");
    wire_put_bool(out, o->verbose);
}

static int encode(const struct options *o, char *const *paths, uint8_t **value, size_t *size,
                  struct err *err)
{
    struct wire_out out = {0};

    put_request(&out, o, paths);
    *size = out.len;
    if (*size > WIRE_VALUE_MAX)
        return err_set(err, STATUS_USAGE, E2BIG,
                       "the arguments are too long for one request; give "
                       "fewer");
    *value = malloc(*size);
    if (!*value)
        return err_sys(err, STATUS_UNATTACHABLE, ENOMEM, "cannot make the request");
    out = (struct wire_out){.buf = *value, .cap = *size};
    put_request(&out, o, paths);
    return 0;
}

int request_encode(const struct options *o, pid_t pid, uint8_t **value, size_t *size,
                   struct err *err)
{
    char **paths = NULL;
    int failed;

    if (o->modified && !(paths = request_paths(o, pid, err)))
        return -1;
    failed = encode(o, paths, value, size, err);
    request_free_paths(paths, o->arg_count);
    return failed;
}
