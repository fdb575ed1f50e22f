#include "out.h"

#include "render.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int lost; /* errno of the first report that standard output did not take; 0: it took all */

int out_prepare(struct err *err)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
            return err_sys(err, STATUS_UNATTACHABLE, errno, "cannot open /dev/null");
    return 0;
}

/* One write, unless the kernel takes less. */
static void write_all(int fd, const char *s, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, s, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return; /* nowhere left to say it; the exit status does */
        s += done;
        n -= (size_t)done;
    }
}

void out_error(const char *message)
{
    char *line;
    int n = asprintf(&line, "reimport: %s\n", message);

    if (n < 0)
        return;
    write_all(STDERR_FILENO, line, (size_t)n);
    free(line);
}

void out_json(FILE *to, const json_t *report)
{
    char *line = json_dumps(report, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15));

    for (const char *s = line; s && *s; s++) {
        if (*s == 0x7f) /* the one control character that jansson leaves as it is */
            fputs("\\u007f", to);
        else
            fputc(*s, to);
    }
    fputc('\n', to);
    free(line);
}

static void put_error(const json_t *report, const struct render_style *style)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);

    if (!to)
        return;
    render_error(to, report, style);
    if (fclose(to) == 0)
        write_all(STDERR_FILENO, text, size);
    free(text);
}

/* At once: what comes after it has an errno of its own. */
static void flush_report(void)
{
    if ((fflush(stdout) != 0 || ferror(stdout)) && !lost)
        lost = errno ? errno : EIO;
}

bool out_is_lost(void)
{
    return lost != 0;
}

void out_report(const json_t *report, const struct options *o)
{
    const json_t *modules = json_object_get(report, "modules");
    bool idle = json_is_null(json_object_get(report, "error")) && json_array_size(modules) == 0;
    struct render_style style = {.verbose = o->verbose, .dry_run = o->dry_run, .op = o->op};

    if (o->only_changes && idle)
        return;
    if (o->json) {
        out_json(stdout, report);
    } else if (!o->quiet) {
        style.colour = text_wants_colour(STDOUT_FILENO);
        render_report(stdout, report, &style);
    }
    flush_report();
    style.colour = text_wants_colour(STDERR_FILENO);
    put_error(report, &style);
}

int out_close(struct err *err)
{
    if ((ferror(stdout) || fclose(stdout) != 0) && !lost)
        lost = errno;
    if (!lost)
        return 0;
    return err_sys(
        err, STATUS_UNKNOWN, lost,
        "cannot write to standard output, so the report is not whole; what was done stays "
        "done");
}
