#include "opts.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct option_row {
    char letter; /* below ' ': only a number for getopt; there is no short form */
    const char *name;
    const char *argument; /* what --help calls it; NULL: the option takes none */
    const char *help;     /* lines are separated by \n */
    const char *excludes; /* letters of the options that contradict it; NULL: none */
    size_t flag;          /* the bool that it sets, if there is no `set` */
    int (*set)(struct options *o, const char *value, struct err *err);
};

static int set_pid(struct options *o, const char *value, struct err *err);
static int set_interpreter(struct options *o, const char *value, struct err *err);
static int set_timeout(struct options *o, const char *value, struct err *err);
static int set_undo(struct options *o, const char *value, struct err *err);
static int set_status(struct options *o, const char *value, struct err *err);
static int set_help(struct options *o, const char *value, struct err *err);
static int set_version(struct options *o, const char *value, struct err *err);

#define FLAG(name) .flag = offsetof(struct options, name)

static const struct option_row rows[] = {
    {'p', "pid", "PID", "the process; may be given again, or as a list: 12,34", .set = set_pid},
    {'t', "tree", NULL, "also every descendant of it that runs Python", FLAG(tree)},
    {'m', "modified", NULL,
     "reimport the loaded modules that changed on disk; the\n"
     "arguments are paths to look below (none: everywhere)",
     FLAG(modified)},
    {'n', "dry-run", NULL, "say what would be reimported, and whether it compiles", FLAG(dry_run)},
    {'c', "code-only", NULL,
     "run no module's top level: swap the code of functions that\n"
     "changed, and report what this cannot carry",
     FLAG(code_only)},
    {'u', "undo", NULL, "take back what the last reimport in the process changed", "mncsw",
     .set = set_undo},
    {'s', "status", NULL,
     "say what was reimported, what is modified on disk now, and\n"
     "what still runs replaced code",
     "mncuw", .set = set_status},
    {'w', "watch", NULL,
     "with --modified: stay, and reimport whenever sources change,\n"
     "until interrupted",
     "nus", FLAG(watch)},
    {'i', "interpreter", "ID|all",
     "the sub-interpreter with that ID, or every interpreter\n"
     "(the main one if left out)",
     .set = set_interpreter},
    {'T', "timeout", "SECONDS", "give up after this long, nothing changed (default 10)",
     .set = set_timeout},
    {'j', "json", NULL, "one JSON object a line for each process", FLAG(json)},
    {'q', "quiet", NULL, "report nothing but errors", "v", FLAG(quiet)},
    {'v', "verbose", NULL, "name every function and class", "q", FLAG(verbose)},
    {1, "no-syslog", NULL, "do not write what was done to the system log", FLAG(no_syslog)},
    {'h', "help", NULL, "show this help", .set = set_help},
    {'V', "version", NULL, "show the version", .set = set_version},
};
#define ROWS (sizeof(rows) / sizeof(*rows))

static int add_pid(struct options *o, pid_t pid)
{
    for (size_t i = 0; i < o->pid_count; i++)
        if (o->pids[i] == pid)
            return 0;

    pid_t *more = reallocarray(o->pids, o->pid_count + 1, sizeof(*more));
    if (!more)
        return -1;
    o->pids = more;
    o->pids[o->pid_count++] = pid;
    return 0;
}

static int set_pid(struct options *o, const char *value, struct err *err)
{
    for (const char *at = value;;) {
        char *end;
        errno = 0;
        long pid = *at >= '0' && *at <= '9' ? strtol(at, &end, 10) : 0;

        if (pid <= 0 || (*end && *end != ','))
            return err_set(err, STATUS_USAGE, 0,
                           "--pid %s: not a process ID; give a positive number, "
                           "or several with commas between them",
                           value);
        if (errno || pid > INT_MAX)
            return err_set(err, STATUS_USAGE, 0,
                           "--pid %s: out of range; no process has an ID like that", value);
        if (add_pid(o, (pid_t)pid) < 0)
            return err_set(err, STATUS_UNATTACHABLE, ENOMEM, "out of memory");
        if (!*end)
            return 0;
        at = end + 1;
    }
}

static int set_interpreter(struct options *o, const char *value, struct err *err)
{
    char *end = NULL;

    errno = 0;
    o->interpreter = strcmp(value, "all") == 0        ? INTERPRETER_ALL
                     : *value >= '0' && *value <= '9' ? strtoll(value, &end, 10)
                                                      : INTERPRETER_MAIN;
    if (o->interpreter == INTERPRETER_MAIN || (end && *end) || errno)
        return err_set(err, STATUS_USAGE, 0,
                       "--interpreter %s: not the ID of an interpreter; give a number, or \"all\"",
                       value);
    return 0;
}

static int set_timeout(struct options *o, const char *value, struct err *err)
{
    char *end;
    double seconds = strtod(value, &end);

    /* strtod() takes hexadecimal numbers, too */
    if (end == value || *end || value[strspn(value, "0123456789.eE+-")] || !isfinite(seconds) ||
        seconds < 0.001 || seconds * 1000 > TIMEOUT_MS_MAX)
        return err_set(err, STATUS_USAGE, 0,
                       "--timeout %s: give a number of seconds from 0.001 to %d, as in 2.5", value,
                       TIMEOUT_MS_MAX / 1000);
    o->timeout_ms = (int)ceil(seconds * 1000);
    return 0;
}

static int set_undo(struct options *o, const char *value, struct err *err)
{
    (void)value, (void)err;
    o->op = "undo";
    return 0;
}

static int set_status(struct options *o, const char *value, struct err *err)
{
    (void)value, (void)err;
    o->op = "status";
    return 0;
}

static int set_help(struct options *o, const char *value, struct err *err)
{
    (void)value, (void)err;
    o->show = SHOW_HELP;
    return 0;
}

static int set_version(struct options *o, const char *value, struct err *err)
{
    (void)value, (void)err;
    o->show = SHOW_VERSION;
    return 0;
}

static const struct option_row *row_of(int letter)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].letter == letter)
            return &rows[i];
    return NULL;
}

static bool has_letter(const struct option_row *row)
{
    return row->letter > ' ';
}

/* Makes getopt's two tables. `letters` has room for 3 * ROWS + 2. */
static void getopt_tables(struct option *longs, char *letters)
{
    *letters++ = ':'; /* tell a missing argument from an unknown option */
    for (size_t i = 0; i < ROWS; i++) {
        bool takes = rows[i].argument != NULL;
        longs[i] = (struct option){rows[i].name, takes ? required_argument : no_argument, NULL,
                                   rows[i].letter};
        if (!has_letter(&rows[i]))
            continue;
        *letters++ = rows[i].letter;
        if (takes)
            *letters++ = ':';
    }
    longs[ROWS] = (struct option){NULL, 0, NULL, 0};
    *letters = '\0';
}

static int apply(struct options *o, const struct option_row *row, const char *value,
                 struct err *err)
{
    if (row->set)
        return row->set(o, value, err);
    *(bool *)((char *)o + row->flag) = true;
    return 0;
}

/* What getopt refused. `word` is the argument that it was looking at. */
static int refuse(int got, const char *word, struct err *err)
{
    bool is_long = word && word[0] == '-' && word[1] == '-';
    char letter[3] = {'-', (char)optopt, '\0'};

    if (got == ':')
        return err_set(err, STATUS_USAGE, 0, "%s needs an argument; see reimport --help",
                       is_long ? word : letter);
    if (is_long && optopt)
        return err_set(err, STATUS_USAGE, 0,
                       "%s: the option takes no argument; see reimport --help", word);
    return err_set(err, STATUS_USAGE, 0, "%s: no such option; see reimport --help",
                   is_long ? word : letter);
}

/* Two options of which one excludes the other. `seen` holds the letters that were given. */
static int check_contradictions(const char *seen, struct err *err)
{
    for (size_t i = 0; i < ROWS; i++) {
        const char *excludes = strchr(seen, rows[i].letter) ? rows[i].excludes : NULL;
        const char *other = excludes ? strpbrk(seen, excludes) : NULL;
        const struct option_row *row = other ? row_of(*other) : NULL;
        if (row)
            return err_set(err, STATUS_USAGE, 0,
                           "--%s and --%s contradict each other; give one of them", rows[i].name,
                           row->name);
    }
    return 0;
}

static int check_module(const char *name, struct err *err)
{
    size_t n = strlen(name);

    if (strchr(name, '/'))
        return err_set(err, STATUS_USAGE, 0,
                       "%s: a path, not a module; name the module (like package.module), or give "
                       "--modified and the path",
                       name);
    if (n == 0 || name[0] == '.' || name[n - 1] == '.' || strstr(name, ".."))
        return err_set(err, STATUS_USAGE, 0,
                       "\"%s\": not a module name; give it in full, like "
                       "package.module",
                       name);
    return 0;
}

static int check(const struct options *o, struct err *err)
{
    if (!o->pid_count)
        return err_set(err, STATUS_USAGE, 0, "no process given; add --pid PID");
    bool needs_nothing = strcmp(o->op, "reimport") != 0;
    if (needs_nothing && o->arg_count)
        return err_set(err, STATUS_USAGE, 0,
                       "%s: --%s takes no module and no path; it is about the whole process",
                       o->args[0], o->op);
    if (!needs_nothing && !o->modified && !o->arg_count)
        return err_set(err, STATUS_USAGE, 0,
                       "nothing to reimport given; name a module, or give --modified "
                       "for those that changed on disk");
    if (o->watch && !o->modified)
        return err_set(err, STATUS_USAGE, 0,
                       "--watch is about what changes on disk; give --modified too");
    for (size_t i = 0; i < o->arg_count; i++) {
        if (!o->modified && check_module(o->args[i], err) < 0)
            return -1;
        if (o->modified && !*o->args[i])
            return err_set(err, STATUS_USAGE, 0, "the path is empty; give a directory or a file");
    }
    return 0;
}

static int parse(struct options *o, int argc, char **argv, char *seen, struct err *err)
{
    struct option longs[ROWS + 1];
    char letters[3 * ROWS + 2];
    int got;

    getopt_tables(longs, letters);
    opterr = 0;
    optind = 0; /* start over, also in a second parse */
    while (optopt = 0, (got = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        const struct option_row *row = row_of(got);
        if (!row)
            return refuse(got, argv[optind > 0 ? optind - 1 : 0], err);
        if (!strchr(seen, got))
            memcpy(seen + strlen(seen), (const char[]){row->letter, '\0'}, 2);
        if (apply(o, row, optarg, err) < 0)
            return -1;
        if (o->show)
            return 0;
    }
    o->args = argv + optind;
    o->arg_count = (size_t)(argc - optind);
    return 0;
}

int options_parse(struct options *o, int argc, char **argv, struct err *err)
{
    char seen[ROWS + 1] = "";

    *o = (struct options){
        .op = "reimport", .interpreter = INTERPRETER_MAIN, .timeout_ms = TIMEOUT_MS_DEFAULT};
    if (parse(o, argc, argv, seen, err) < 0)
        return -1;
    if (o->show)
        return 0;
    return check_contradictions(seen, err) < 0 ? -1 : check(o, err);
}

void options_free(struct options *o)
{
    free(o->pids);
    o->pids = NULL;
}

#define HELP_COLUMN 26

static void help_row(FILE *to, const struct option_row *row)
{
    char letter[] = {'-', row->letter, ',', '\0'};
    int column = fprintf(to, "  %3s --%s%s%s", has_letter(row) ? letter : "", row->name,
                         row->argument ? " " : "", row->argument ? row->argument : "");

    for (const char *line = row->help; line;) {
        int length = (int)strcspn(line, "\n");
        fprintf(to, "%*s%.*s\n", column < HELP_COLUMN ? HELP_COLUMN - column : 2, "", length, line);
        column = 0;
        line = line[length] ? line + length + 1 : NULL;
    }
}

void options_help(FILE *to)
{
    fputs("Usage: reimport [OPTION]... --pid PID MODULE...\n"
          "       reimport [OPTION]... --pid PID --modified [PATH]...\n"
          "       reimport [OPTION]... --pid PID --undo | --status\n"
          "\n"
          "Replace modules of running Python programs by what their sources say now.\n"
          "\n",
          to);
    for (size_t i = 0; i < ROWS; i++)
        help_row(to, &rows[i]);
    fputs("\n"
          "Exit status: 0 done, or nothing to do; 1 failed in the process, which is as it\n"
          "was; 2 wrong usage; 3 cannot attach; 4 timed out, nothing was changed; 5 the\n"
          "outcome is not known. Of several processes, the largest.\n"
          "\n"
          "The manual: man reimport\n",
          to);
}
