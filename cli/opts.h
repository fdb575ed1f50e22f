/* The command line. One table (opts.c) drives the parser, --help, and the checks that the manual
 * and the completions agree with it. */
#ifndef REIMPORT_OPTS_H
#define REIMPORT_OPTS_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define TIMEOUT_MS_DEFAULT 10000
#define TIMEOUT_MS_MAX (24 * 60 * 60 * 1000)

/* Instead of an ID; an interpreter's is 0 or more. */
enum { INTERPRETER_MAIN = -1, INTERPRETER_ALL = -2 };

enum show { SHOW_NOTHING, SHOW_HELP, SHOW_VERSION };

struct options {
    enum show show; /* when it is set, nothing else was checked */
    pid_t *pids;    /* in the order given, each once */
    size_t pid_count;
    char *const *args; /* module names, or paths with `modified`; they stay argv's */
    size_t arg_count;
    const char *op; /* what the agent is asked for */
    bool modified, tree, watch, dry_run, code_only, json, quiet, verbose, no_syslog;
    bool if_loaded; /* not on the command line: names that a process has not loaded are no error */
    bool only_changes;   /* not on the command line: do not report that there was nothing to do */
    int64_t interpreter; /* its ID, or one of the above */
    int timeout_ms;
};

/* Parses and checks argv, which getopt_long() reorders. The error is one of usage. */
int options_parse(struct options *o, int argc, char **argv, struct err *err);
void options_free(struct options *o);

/* Writes the text of --help. */
void options_help(FILE *to);

#endif
