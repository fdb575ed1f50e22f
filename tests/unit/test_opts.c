/* The option parser: what it takes, what it refuses, and that every refusal is one of usage. */
#include "check.h"
#include "opts.h"

#define MAX 16

static struct options o;
static struct err err;

/* Parses words that are separated by blanks. */
static int parse(const char *line)
{
    static char copy[256];
    static char *argv[MAX]; /* o.args points into it */
    int argc = 0;

    argv[argc++] = "reimport";
    options_free(&o);
    err = (struct err){0};
    snprintf(copy, sizeof(copy), "%s", line);
    for (char *word = strtok(copy, " "); word && argc < MAX - 1; word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    int result = options_parse(&o, argc, argv, &err);
    CHECK(result == 0 ? !err_is_set(&err) : err.status == STATUS_USAGE);
    return result;
}

static void test_taken(void)
{
    CHECK(parse("--pid 12 shop.handlers") == 0);
    CHECK(o.pid_count == 1 && o.pids[0] == 12 && !o.modified && o.timeout_ms == TIMEOUT_MS_DEFAULT);
    CHECK(o.arg_count == 1);
    CHECK_TEXT(o.args[0], "shop.handlers");

    CHECK(parse("-p 12,13 a --pid=14 b -p 12 -nvT 2.5") == 0);
    CHECK(o.pid_count == 3 && o.pids[1] == 13 && o.pids[2] == 14);
    CHECK(o.arg_count == 2 && o.dry_run && o.verbose && o.timeout_ms == 2500);

    CHECK(parse("-mjp7") == 0);
    CHECK(o.modified && o.json && o.arg_count == 0 && o.pids[0] == 7);
    CHECK(parse("-p 7 -m . /srv/app") == 0);
    CHECK(o.arg_count == 2);
    CHECK(parse("-p 7 -- -odd") == 0);
    CHECK(parse("-p 7 -u") == 0 && strcmp(o.op, "undo") == 0);
    CHECK(parse("-p 7 --status -j") == 0 && strcmp(o.op, "status") == 0 && o.json);
    CHECK(parse("-p 7 -T 0.0001 -T 0.001 m") == -1);
    CHECK(parse("-p 7 m") == 0 && o.interpreter == INTERPRETER_MAIN);
    CHECK(parse("-p 7 -i 0 m") == 0 && o.interpreter == 0);
    CHECK(parse("-p 7 --interpreter=12 -u") == 0 && o.interpreter == 12);
    CHECK(parse("-p 7 -i all -m") == 0 && o.interpreter == INTERPRETER_ALL);
    CHECK(parse("-p 7 -i main m") == -1);
    CHECK(parse("-p 7 -i -1 m") == -1);
    CHECK(parse("-p 7 -i 1x m") == -1);
    CHECK(parse("-p 7 -i 99999999999999999999 m") == -1);
    CHECK(parse("-p 7 -T 86400 m") == 0 && o.timeout_ms == TIMEOUT_MS_MAX);
    CHECK(parse("-p 7 -T +1.5e1 m") == 0 && o.timeout_ms == 15000);
}

static void test_shown(void)
{
    CHECK(parse("--help") == 0 && o.show == SHOW_HELP);
    CHECK(parse("-V --bogus") == 0 && o.show == SHOW_VERSION);
    CHECK(parse("--bogus -V") == -1);
}

static void check_refused(const char *line, const char *says)
{
    CHECK(parse(line) == -1);
    if (!strstr(err.message, says))
        fprintf(stderr, "%s: says: %s\n", line, err.message);
    CHECK(strstr(err.message, says) != NULL);
}

static void test_refused(void)
{
    static const char *const pids[] = {"0",  "-1", "+1",   "1x",   "x",
                                       "1,", ",1", "1,,2", "0x10", "1.0"};
    static const char *const times[] = {"0",  "-1",     "x",    "nan",   "inf",      "1e9",
                                        "2s", "0.0001", "0x10", "0x1p3", "infinity", "1,5"};
    char line[64];

    for (size_t i = 0; i < sizeof(pids) / sizeof(*pids); i++) {
        snprintf(line, sizeof(line), "--pid=%s m", pids[i]);
        check_refused(line, "not a process ID");
    }
    for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
        snprintf(line, sizeof(line), "-p 1 --timeout=%s m", times[i]);
        check_refused(line, "seconds");
    }
    check_refused("-p 2147483648 m", "out of range");
    check_refused("-p 99999999999999999999 m", "out of range");
    check_refused("", "no process");
    check_refused("m", "no process");
    check_refused("-p 1", "nothing to reimport");
    check_refused("-p", "-p needs an argument");
    check_refused("--pid", "--pid needs an argument");
    check_refused("-p 1 -qv m", "--quiet and --verbose contradict");
    check_refused("-p 1 --verbose --quiet m", "contradict");
    check_refused("-p 1 -us", "--undo and --status contradict");
    check_refused("-p 1 -mu", "contradict");
    check_refused("-p 1 -ns", "contradict");
    check_refused("-p 1 --undo shop", "takes no module");
    check_refused("-p 1 src/shop/handlers.py", "a path, not a module");
    check_refused("-p 1 shop..x", "not a module name");
    check_refused("-p 1 .shop", "not a module name");
    check_refused("-p 1 --bogus m", "--bogus: no such option");
    check_refused("-p 1 -nz m", "-z: no such option");
    check_refused("-p 1 --json=yes m", "takes no argument");
}

int main(void)
{
    TEST(test_taken);
    TEST(test_shown);
    TEST(test_refused);
    options_free(&o);
    return check_end();
}
