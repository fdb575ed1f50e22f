#include "render.h"

#include "text.h"

#include <string.h>
#include <time.h>

#define LIST_SHORT 10              /* how many entries of a list are shown without --verbose */
#define TIME_LATEST 253402300800.0 /* the end of the year 9999 */

struct view {
    FILE *to;
    const struct render_style *style;
};

/* ---- small things ---- */

static const char *string_at(const json_t *map, const char *key)
{
    const char *s = json_string_value(json_object_get(map, key));

    return s ? s : "";
}

/* How many: a list's length or a number. */
static size_t count_at(const json_t *map, const char *key)
{
    const json_t *value = json_object_get(map, key);

    if (json_is_array(value))
        return json_array_size(value);
    return json_integer_value(value) > 0 ? (size_t)json_integer_value(value) : 0;
}

static void foreign(const struct view *v, const char *s)
{
    text_put(v->to, s, strlen(s), TEXT_LINE);
}

static void begin(const struct view *v, enum text_style style)
{
    fputs(text_begin(v->style->colour, style), v->to);
}

static void end(const struct view *v)
{
    fputs(text_end(v->style->colour), v->to);
}

static void styled(const struct view *v, enum text_style style, const char *s)
{
    begin(v, style);
    foreign(v, s);
    end(v);
}

static void pad(const struct view *v, const char *s, size_t width)
{
    size_t used = text_width(s, strlen(s));

    fprintf(v->to, "%*s", used < width ? (int)(width - used) : 0, "");
}

static size_t widest(const json_t *list, const char *key, size_t limit)
{
    size_t width = 0, i;
    const json_t *item;

    json_array_foreach(list, i, item)
    {
        const char *s = string_at(item, key);
        size_t w = text_width(s, strlen(s));
        width = w > width && w <= limit ? w : width;
    }
    return width;
}

/* ---- what changed in each module ---- */

static const struct change {
    const char *key, *words;
    char sign;
    enum text_style style;
} changes[] = {
    {"updated", "updated", '~', STYLE_WARN},
    {"added", "added", '+', STYLE_GOOD},
    {"removed", "removed", '-', STYLE_BAD},
};
#define CHANGES (sizeof(changes) / sizeof(*changes))

/* "2 functions updated, 1 added", or nothing. Returns whether there was anything. */
static bool put_kind(const struct view *v, const json_t *kind, const char *one, const char *many,
                     bool first)
{
    bool any = false;

    for (size_t i = 0; i < CHANGES; i++) {
        size_t n = count_at(kind, changes[i].key);
        if (!n)
            continue;
        fputs(any ? ", " : first ? "" : "; ", v->to);
        fprintf(v->to, "%zu ", n);
        if (!any)
            fprintf(v->to, "%s ", n == 1 ? one : many);
        styled(v, changes[i].style, changes[i].words);
        any = true;
    }
    return any;
}

static void put_names(const struct view *v, const json_t *kind, const char *what)
{
    for (size_t i = 0; i < CHANGES; i++) {
        const json_t *names = json_object_get(kind, changes[i].key);
        size_t j;
        const json_t *name;
        json_array_foreach(names, j, name)
        {
            const char *s = json_string_value(name);
            fputs("    ", v->to);
            begin(v, changes[i].style);
            fprintf(v->to, "%c ", changes[i].sign);
            foreign(v, s ? s : "?");
            end(v);
            fprintf(v->to, "  %s\n", what);
        }
    }
}

/* The last line of a traceback, which says what it was; its length in *n. */
static const char *last_line(const char *text, size_t *n)
{
    size_t end = strlen(text);

    while (end > 0 && text[end - 1] == '\n')
        end--;
    const char *before = memrchr(text, '\n', end);
    const char *line = before ? before + 1 : text;
    *n = (size_t)(text + end - line);
    return line;
}

static void put_indented(const struct view *v, const char *text)
{
    for (size_t n; *text; text += n + (text[n] == '\n')) {
        n = strcspn(text, "\n");
        fputs("      ", v->to);
        text_put(v->to, text, n, TEXT_LINE);
        fputc('\n', v->to);
    }
}

static void put_callback(const struct view *v, const json_t *module)
{
    const char *callback = string_at(module, "callback");
    const char *error = string_at(module, "callback_error");
    size_t n;

    if (strcmp(callback, "false") == 0)
        fputs("    its __reimported__ returned false: the new module took its place as it is\n",
              v->to);
    if (strcmp(callback, "raised") != 0)
        return;
    begin(v, STYLE_WARN);
    fputs("    its __reimported__ raised", v->to);
    end(v);
    const char *what = last_line(error, &n);
    fputs(n ? ": " : "", v->to);
    text_put(v->to, what, n, TEXT_LINE);
    fputc('\n', v->to);
    if (v->style->verbose)
        put_indented(v, error);
}

/* ---- lists, cut short without --verbose ---- */

static size_t shown(const struct view *v, size_t n)
{
    return v->style->verbose || n <= LIST_SHORT ? n : LIST_SHORT;
}

static void put_rest(const struct view *v, size_t n)
{
    if (n > shown(v, n))
        fprintf(v->to, "    and %zu more; --verbose names them\n", n - shown(v, n));
}

/* What --code-only does not do. */
static void put_beyond(const struct view *v, const json_t *beyond)
{
    size_t n = json_array_size(beyond), width = widest(beyond, "what", 40);

    if (!n)
        return;
    fputs("    ", v->to);
    begin(v, STYLE_WARN);
    fputs("its source has what swapping code cannot carry:", v->to);
    end(v);
    fputc('\n', v->to);
    for (size_t i = 0; i < shown(v, n); i++) {
        const json_t *entry = json_array_get(beyond, i);
        const char *what = string_at(entry, "what");
        fputs("      ", v->to);
        foreign(v, what);
        pad(v, what, width);
        fputs("  ", v->to);
        foreign(v, string_at(entry, "name"));
        fputc('\n', v->to);
    }
    put_rest(v, n);
}

/* What is said of a module in which no function or class changed. */
static void put_unchanged(const struct view *v, const json_t *module)
{
    size_t swapped = count_at(module, "swapped");

    if (swapped)
        fprintf(v->to, "new places in the source for %zu function%s", swapped,
                swapped == 1 ? "" : "s");
    else
        fputs(!v->style->dry_run                              ? "no function or class changed"
              : json_is_true(json_object_get(module, "gone")) ? "goes"
                                                              : "compiles",
              v->to);
}

/* What became of a module that has no new version. */
static void put_fate(const struct view *v, const json_t *module)
{
    if (json_is_true(json_object_get(module, "gone")))
        fprintf(v->to, "    its source is gone: it %s\n",
                v->style->dry_run ? "would no longer be loaded" : "is no longer loaded");
    if (json_is_true(json_object_get(module, "replaced")))
        fputs("    its source put another object in its place, which is loaded as it is\n", v->to);
}

/* How many of the modules have, or would have, a new version. */
static size_t count_new(const json_t *modules)
{
    size_t n = 0, i;
    const json_t *module;

    json_array_foreach(modules, i, module)
    {
        n += !json_is_true(json_object_get(module, "gone"));
    }
    return n;
}

static void put_module(const struct view *v, const json_t *module, size_t width)
{
    const char *name = string_at(module, "name");
    const json_t *functions = json_object_get(module, "functions");
    const json_t *classes = json_object_get(module, "classes");

    fputs("  ", v->to);
    styled(v, STYLE_BOLD, name);
    pad(v, name, width);
    fputs("  ", v->to);
    bool any = put_kind(v, functions, "function", "functions", true);
    any = put_kind(v, classes, "class", "classes", !any) || any;
    if (!any)
        put_unchanged(v, module);
    fputc('\n', v->to);
    if (v->style->verbose) {
        if (*string_at(module, "file")) {
            fputs("    ", v->to);
            styled(v, STYLE_FAINT, string_at(module, "file"));
            fputc('\n', v->to);
        }
        put_names(v, functions, "function");
        put_names(v, classes, "class");
    }
    put_callback(v, module);
    put_fate(v, module);
    put_beyond(v, json_object_get(module, "beyond"));
}

/* ---- what could not be changed, and what still runs ---- */

static bool is_op(const struct view *v, const char *op)
{
    return v->style->op && strcmp(v->style->op, op) == 0;
}

static void put_left(const struct view *v, const json_t *left)
{
    size_t n = json_array_size(left);
    size_t holder_width = widest(left, "holder", 40), object_width = widest(left, "object", 40);

    if (!n)
        return;
    begin(v, STYLE_WARN);
    if (is_op(v, "status"))
        fprintf(v->to, "  %zu module%s that an undo would leave as %s:\n", n, n == 1 ? "" : "s",
                n == 1 ? "it is" : "they are");
    else
        fprintf(v->to, "  %zu reference%s could not be switched:\n", n, n == 1 ? "" : "s");
    end(v);
    for (size_t i = 0; i < shown(v, n); i++) {
        const json_t *entry = json_array_get(left, i);
        const char *holder = string_at(entry, "holder"), *object = string_at(entry, "object");
        fputs("    ", v->to);
        foreign(v, holder);
        pad(v, holder, holder_width);
        fputs("  ", v->to);
        foreign(v, object);
        pad(v, object, object_width);
        fputs("  ", v->to);
        foreign(v, string_at(entry, "reason"));
        fputc('\n', v->to);
    }
    put_rest(v, n);
}

/* A thread is named by a string or by a number. */
static const char *thread_name(const json_t *entry, char *to, size_t size)
{
    const json_t *thread = json_object_get(entry, "thread");

    if (json_is_integer(thread))
        snprintf(to, size, "%" JSON_INTEGER_FORMAT, json_integer_value(thread));
    else
        snprintf(to, size, "%s", json_is_string(thread) ? json_string_value(thread) : "");
    return to;
}

static void put_stale_entry(const struct view *v, const json_t *entry, size_t width)
{
    char thread[128];
    const char *function = string_at(entry, "function"), *kind = string_at(entry, "kind");
    const json_t *line = json_object_get(entry, "line");

    fputs("    ", v->to);
    foreign(v, function);
    pad(v, function, width);
    fputs("  ", v->to);
    foreign(v, string_at(entry, "file"));
    if (json_is_integer(line))
        fprintf(v->to, ":%" JSON_INTEGER_FORMAT, json_integer_value(line));
    if (*kind) {
        fputs("  ", v->to);
        foreign(v, kind);
    }
    if (*thread_name(entry, thread, sizeof(thread))) {
        fputs(" in thread ", v->to);
        foreign(v, thread);
    }
    fputc('\n', v->to);
}

static void put_stale(const struct view *v, const json_t *stale)
{
    size_t n = json_array_size(stale);
    size_t width = widest(stale, "function", 40);

    if (!n)
        return;
    begin(v, STYLE_WARN);
    fprintf(v->to, "  %zu place%s still run%s old code:\n", n, n == 1 ? "" : "s",
            n == 1 ? "s" : "");
    end(v);
    for (size_t i = 0; i < shown(v, n); i++)
        put_stale_entry(v, json_array_get(stale, i), width);
    put_rest(v, n);
}

static void put_references(const struct view *v, const json_t *references)
{
    size_t switched = count_at(references, "switched"), removed = count_at(references, "removed");

    if (switched || removed)
        fprintf(v->to, "  %zu reference%s switched, %zu removed\n", switched,
                switched == 1 ? "" : "s", removed);
    put_left(v, json_object_get(references, "left"));
}

static void put_times(const struct view *v, const json_t *times)
{
    static const struct {
        const char *key, *words;
    } each[] = {{"stopped", "stopped"},
                {"gil_wait", "waited for the GIL"},
                {"import", "imported"},
                {"pause", "paused"},
                {"total", "in all"}};

    begin(v, STYLE_FAINT);
    fputs("  ms:", v->to);
    for (size_t i = 0; i < sizeof(each) / sizeof(*each); i++)
        fprintf(v->to, "%s %s %.1f", i ? "," : "", each[i].words,
                json_number_value(json_object_get(times, each[i].key)));
    end(v);
    fputc('\n', v->to);
}

/* ---- the whole ---- */

static void put_process(const struct view *v, const json_t *report)
{
    json_int_t interpreter = json_integer_value(json_object_get(report, "interpreter"));

    fprintf(v->to, "PID %" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(report, "pid")));
    if (interpreter)
        fprintf(v->to, ", interpreter %" JSON_INTEGER_FORMAT, interpreter);
}

/* ---- --status ---- */

static void put_strings(const struct view *v, const json_t *list)
{
    size_t i;
    const json_t *item;

    json_array_foreach(list, i, item)
    {
        const char *s = json_string_value(item);
        fputs("    ", v->to);
        foreign(v, s ? s : "?");
        fputc('\n', v->to);
    }
}

/* Seconds since the epoch; what no clock says is 0. */
static time_t time_at(const json_t *map, const char *key)
{
    double seconds = json_number_value(json_object_get(map, key));

    return seconds > 0 && seconds < TIME_LATEST ? (time_t)seconds : 0;
}

/* The rest of the head line, and the modules that it is about. */
static void put_last(const struct view *v, const json_t *last)
{
    char when[64];
    time_t seconds = time_at(last, "when");
    struct tm local;

    if (!json_is_object(last)) {
        fputs("nothing was reimported yet\n", v->to);
        return;
    }
    bool undone = strcmp(string_at(last, "op"), "undo") == 0;
    if (!localtime_r(&seconds, &local) || !strftime(when, sizeof(when), "%F %T %z", &local))
        snprintf(when, sizeof(when), "an unknown time");
    bool code_only = strcmp(string_at(last, "op"), "code-only") == 0;
    fprintf(v->to, "last %s %s\n",
            undone      ? "undone"
            : code_only ? "reimported, code only,"
                        : "reimported",
            when);
    put_strings(v, json_object_get(last, "modules"));
}

static void put_modified(const struct view *v, const json_t *names)
{
    size_t n = json_array_size(names);

    if (!n) {
        fputs("  no loaded module is modified on disk\n", v->to);
        return;
    }
    fprintf(v->to, "  %zu loaded module%s modified on disk:\n", n, n == 1 ? " is" : "s are");
    put_strings(v, names);
}

static void put_not_loaded(const struct view *v, const json_t *names)
{
    size_t i;
    const json_t *name;

    fputs("nothing to do: not loaded here:", v->to);
    json_array_foreach(names, i, name)
    {
        const char *s = json_string_value(name);
        fputs(i ? ", " : " ", v->to);
        foreign(v, s ? s : "?");
    }
    fputc('\n', v->to);
}

/* Modified modules that were passed over. */
static void put_not_found(const struct view *v, const json_t *names)
{
    size_t n = json_array_size(names);

    if (!n)
        return;
    begin(v, STYLE_WARN);
    fprintf(v->to, "  %zu modified module%s left as %s: no import finds %s by %s name:\n", n,
            n == 1 ? " is" : "s are", n == 1 ? "it was" : "they were", n == 1 ? "it" : "them",
            n == 1 ? "its" : "their");
    end(v);
    put_strings(v, names);
}

static void put_head(const struct view *v, const json_t *report, size_t modules)
{
    const char *python = string_at(report, "python");

    begin(v, STYLE_BOLD);
    put_process(v, report);
    end(v);
    if (*python) {
        fputs(" (Python ", v->to);
        foreign(v, python);
        fputc(')', v->to);
    }
    fputs(": ", v->to);
    if (v->style->dry_run && modules)
        fprintf(v->to, "%zu module%s would be reimported; nothing was changed\n", modules,
                modules == 1 ? "" : "s");
    else if (strcmp(string_at(report, "result"), "reimported") == 0)
        fprintf(
            v->to, "%zu module%s %s\n", modules, modules == 1 ? "" : "s",
            strcmp(string_at(report, "op"), "undo") == 0   ? "put back as before the last reimport"
            : strcmp(string_at(report, "op"), "redo") == 0 ? "reimported again: the undo is undone"
            : strcmp(string_at(report, "op"), "code-only") == 0 ? "reimported, code only"
                                                                : "reimported");
    else if (is_op(v, "status"))
        put_last(v, json_object_get(report, "last"));
    else if (modules)
        fputs("no code changed; what else a source changes is told only where that is certain\n",
              v->to);
    else if (json_array_size(json_object_get(report, "not_loaded")))
        put_not_loaded(v, json_object_get(report, "not_loaded"));
    else
        fprintf(v->to, "nothing to do: %s\n",
                is_op(v, "undo") ? json_array_size(json_object_get(
                                       json_object_get(report, "references"), "left"))
                                       ? "what the last reimport changed is not loaded any more"
                                       : "nothing was reimported yet"
                : json_array_size(json_object_get(report, "not_found"))
                    ? "no other module is modified on disk"
                    : "what is loaded is what is on disk");
}

static bool is_done(const json_t *report)
{
    const char *result = string_at(report, "result");

    return strcmp(result, "reimported") == 0 || strcmp(result, "unchanged") == 0;
}

void render_report(FILE *to, const json_t *report, const struct render_style *style)
{
    struct view v = {to, style};
    const json_t *modules = json_object_get(report, "modules");
    size_t width = widest(modules, "name", 40), i;
    const json_t *module;

    if (!is_done(report))
        return;
    put_head(&v, report, count_new(modules));
    json_array_foreach(modules, i, module)
    {
        put_module(&v, module, width);
    }
    if (is_op(&v, "status"))
        put_modified(&v, json_object_get(report, "modified"));
    put_not_found(&v, json_object_get(report, "not_found"));
    put_references(&v, json_object_get(report, "references"));
    put_stale(&v, json_object_get(report, "stale"));
    if (json_array_size(modules) || style->verbose)
        put_times(&v, json_object_get(report, "times_ms"));
}

/* What to do about an exception in the target; the command's own messages say it themselves. */
static const char *advice(const json_t *report, const json_t *error)
{
    const char *type = string_at(error, "type");

    if (strcmp(string_at(report, "result"), "failed") != 0)
        return NULL;
    if (strcmp(type, "SyntaxError") == 0 || strcmp(type, "IndentationError") == 0 ||
        strcmp(type, "TabError") == 0)
        return "nothing was changed; correct the source and run this again";
    return "everything is as it was; mend the cause and run this again";
}

/* A single line says no more than the message above it. */
static void put_traceback(const struct view *v, const char *traceback)
{
    size_t n = strlen(traceback);
    const char *line_end = strchr(traceback, '\n');

    if (!line_end || line_end[1] == '\0')
        return;
    text_put(v->to, traceback, n, TEXT_BLOCK);
    if (n > 0 && traceback[n - 1] != '\n')
        fputc('\n', v->to);
}

void render_error(FILE *to, const json_t *report, const struct render_style *style)
{
    struct view v = {to, style};
    const json_t *error = json_object_get(report, "error");
    const char *message = string_at(error, "message");
    const char *next = advice(report, error);

    if (!json_is_object(error))
        return;
    fputs("reimport: ", to);
    begin(&v, STYLE_BAD);
    put_process(&v, report);
    end(&v);
    fputs(": ", to);
    if (next) {
        foreign(&v, string_at(error, "type"));
        fputs(*message ? ": " : "", to);
    }
    foreign(&v, message);
    fprintf(to, "%s%s\n", next ? "; " : "", next ? next : "");
    put_traceback(&v, string_at(error, "traceback"));
}
