/* Visits a process as the command does, but asks nothing: attach, agent in, HELLO, agent out.
 *
 *   visit [-n COUNT] [-t TIMEOUT_MS] [-p PAUSE_US] PID
 *
 * Prints one line: visits, failures, and the longest and mean time that a thread stood still, in ms;
 * the message of each failure goes to standard error. Exit status 0 if no visit failed. */
#include "inject.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int count = 1, timeout_ms = 10000, failed = 0, option;
    unsigned pause_us = 0;
    double worst = 0, sum = 0;
    struct session s;
    pid_t pid;

    while ((option = getopt(argc, argv, "n:t:p:")) != -1) {
        if (option == 'n')
            count = atoi(optarg);
        else if (option == 't')
            timeout_ms = atoi(optarg);
        else if (option == 'p')
            pause_us = (unsigned)atoi(optarg);
        else
            return 2;
    }
    if (optind + 1 != argc)
        return 2;
    pid = atoi(argv[optind]);
    for (int i = 0; i < count; i++) {
        struct err err = {0};

        if (session_open(&s, (struct process){.pid = pid}, timeout_ms, -1, &err) < 0) {
            failed++;
            fprintf(stderr, "visit %d: status %d: %s\n", i, (int)err.status, err.message);
        } else {
            session_close(&s);
        }
        sum += s.stopped_ms;
        if (s.stopped_ms > worst)
            worst = s.stopped_ms;
        if (pause_us)
            usleep(pause_us);
    }
    printf("visits %d failed %d stopped_max %.3f stopped_mean %.3f\n", count, failed, worst,
           count ? sum / count : 0);
    return failed ? 1 : 0;
}
