/* A second thread of the agent's, which watches the first one at its work: when the command has
 * gone or its time is over, and the new top level does not return, it interrupts it, and at last
 * puts everything back in its stead. */
#ifndef REIMPORT_WATCH_H
#define REIMPORT_WATCH_H

#include "core.h"
#include "inside.h"
#include "serve.h"

struct watch {
    struct serve_link *link;
    const struct inside *inside; /* where the work is done */
    bool permit;                 /* granted for it: it may take its time */
    struct reimport *at_work;    /* for reimport_options.at_work */
    int worker;                  /* the kernel's identifier of the thread that is watched */
    int process;                 /* in which it is */
    bool started;
    volatile uint32_t done; /* the work is */
    volatile uint32_t left; /* the watching thread has seen that, and touches this no more */
};

/* Starts watching the calling thread, which is about to work inside an interpreter. If no thread can be
 * had, nobody watches. */
void watch_start(struct watch *watch, struct serve_link *link, const struct inside *inside);

/* Ends it, before the interpreter is left: afterwards the watch may go away. With the GIL, which is
 * given up meanwhile. */
void watch_stop(struct watch *watch);

#endif
