/* The command line, its words separated by zeros: cli/opts.c. */
#include "opts.h"

#include "clean.h"
#include "fuzz.h"

#define WORDS_MAX 64

/* `copy` is size bytes and a zero. */
static int split(char *copy, size_t size, char **argv)
{
    static char name[] = "reimport";
    int argc = 0;

    argv[argc++] = name;
    for (char *at = copy; at < copy + size && argc < WORDS_MAX; at += strlen(at) + 1)
        argv[argc++] = at;
    argv[argc] = NULL;
    return argc;
}

static void check(const struct options *o, int argc)
{
    REQUIRE(o->pid_count > 0 && o->arg_count < (size_t)argc);
    REQUIRE(o->timeout_ms > 0 && o->timeout_ms <= TIMEOUT_MS_MAX);
    for (size_t i = 0; i < o->pid_count; i++) {
        REQUIRE(o->pids[i] > 0);
        for (size_t j = 0; j < i; j++)
            REQUIRE(o->pids[i] != o->pids[j]);
    }
    for (size_t i = 0; i < o->arg_count; i++)
        REQUIRE(o->args[i] && o->args[i][0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1), *argv[WORDS_MAX + 1];
    struct options o;
    struct err err = {0};
    int argc;

    memcpy(copy, data, size);
    copy[size] = '\0';
    argc = split(copy, size, argv);
    if (options_parse(&o, argc, argv, &err) < 0)
        REQUIRE(err.status == STATUS_USAGE && err.message[0] &&
                is_clean(err.message, strlen(err.message), CLEAN_LINE));
    else if (!o.show)
        check(&o, argc);
    options_free(&o);
    free(copy);
    return 0;
}
