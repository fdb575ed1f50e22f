/* The whole of what is done to one process, and its report. */
#ifndef REIMPORT_JOB_H
#define REIMPORT_JOB_H

#include "err.h"
#include "opts.h"
#include "procfs.h"

#include <jansson.h>

/* The report of one process: a JSON object with the keys of the manual's section JSON. It has them
 * all, whatever happened. */
struct job {
    json_t *report;         /* NULL: memory ran out */
    json_t *more;           /* a list: those of further interpreters of the process; or NULL */
    enum err_status status; /* the exit status that the report stands for */
    bool interrupted;       /* cancel_fd became readable, at any time */
    pid_t pid;
    bool asked;    /* the agent was let in and had the request, so that it may have begun */
    char exe[256]; /* the executable, cleaned; "" if it is not known */
};

/* Does what the options ask to that process. `cancel_fd`: see inject.h. The caller releases
 * job.report and job.more with json_decref(). */
struct job job_run(struct process process, const struct options *o, int cancel_fd);

#endif
