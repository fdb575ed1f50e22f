/* The contract between the agent's thread (entry.c, link.c) and what it is there to do (serve.c). */
#ifndef REIMPORT_SERVE_H
#define REIMPORT_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The conversation with the command. Belongs to the agent's thread. */
struct serve_link {
    int fd; /* SOCK_SEQPACKET, our end: as long as it is that file (link.c) */
    uint64_t dev, ino;
    int64_t deadline;  /* link_now() value after which nothing may be begun any more */
    bool permit_taken; /* link_take_permit() was granted */
    bool told;     /* the watching thread has sent the reply, or will: nobody else sends any more */
    uint8_t *part; /* one message, sizeof(struct wire_header) + WIRE_PART_MAX bytes */
};

/* CLOCK_MONOTONIC in milliseconds, and in nanoseconds. */
int64_t link_now(void);
int64_t link_now_ns(void);

/* True while the command is there, has not withdrawn, the program has not taken our descriptor, and the
 * deadline is ahead. Cheap (three system calls), never blocks; may be called with or without the GIL. */
bool link_open(struct serve_link *link);

/* The last question before the commit: takes the permit. True: granted, the command cannot withdraw
 * any more. Never blocks. May be asked again after it was granted. */
bool link_take_permit(struct serve_link *link);

/* Receives the request, one encoded value of *n bytes, into memory from `alloc` (PyMem_RawMalloc: call
 * it without or with the GIL). Waits until the deadline. NULL if the command went away, or withdrew, or
 * sent nonsense: *n is 0; or if memory ran out: it is not. The caller frees it. */
uint8_t *link_receive(struct serve_link *link, size_t *n, void *(*alloc)(size_t),
                      void (*release)(void *));

/* After link_receive() found no memory: takes what is left of the request, and the permit, for nothing. False if the
 * command does not come to that. */
bool link_skip_request(struct serve_link *link);

/* Sends the reply, one encoded value of n <= WIRE_VALUE_MAX bytes, in parts; waits for room, a few
 * seconds at most. Call it without the GIL. 0, or -1 if the command went away. */
int link_send(struct serve_link *link, const uint8_t *value, size_t n);

/* Runs body(arg) on a second thread of the agent's, at most one at a time; entry.c. The image stays
 * until both have ended. False: no thread could be had. */
bool agent_spawn(void (*body)(void *), void *arg);

/* What the command found of libc's mutexes; entry.c. */
const struct boot_mutexes *agent_mutexes(void);

/* Our end of the socket pair; NULL: there is none, called as a library; entry.c. */
const struct boot_file *agent_link(void);

/* Lets the next command in although the agent's thread `tid` is still there and may be for ever; not
 * where that command would have to use this very image. */
void agent_disown(int tid);

/* Puts what a reply says of a request that came to nothing, or that there is no more to say of, into the map that was
 * begun: so many pairs. */
enum { SERVE_OUTCOME = 3 };
struct wire_out;
void serve_put_outcome(struct wire_out *out, const char *result, bool changed, const char *type,
                       const char *message);

/* Serves one request: receives it, takes the GIL, works, answers, releases the GIL. Called on the
 * agent's own thread, without the GIL, all asynchronous signals blocked, when the interpreter is
 * initialised, not finalizing, and has a GIL. Afterwards the agent is unloaded: nothing may be left
 * in the interpreter that points into the agent. Written by serve.c. */
void serve(struct serve_link *link);

#endif
