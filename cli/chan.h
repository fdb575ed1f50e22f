/* The command's side of the conversation: messages of wire.h over a socket, with deadlines. */
#ifndef REIMPORT_CHAN_H
#define REIMPORT_CHAN_H

#include "err.h"
#include "wire.h"

struct chan {
    int socket;    /* ours */
    int agent_end; /* a duplicate of the agent's */
    int pidfd;     /* readable when the target ends */
    int cancel_fd; /* readable when the wait is to end; -1: none */
};

/* Why a wait ended. */
enum chan_end { CHAN_READY, CHAN_TIMEOUT, CHAN_CANCELLED, CHAN_GONE };

/* Waits until a message can be taken, or (writing) sent, until `deadline` (CLOCK_MONOTONIC, ms). */
enum chan_end chan_wait(const struct chan *chan, bool writing, int64_t deadline);

/* Sends one message. */
enum chan_end chan_send(const struct chan *chan, enum wire_type type, const void *payload,
                        uint32_t n, uint32_t left, int64_t deadline);

/* Receives one message of that type. *payload points into `message`, which has room for
 * CHAN_MESSAGE_MAX bytes. CHAN_READY with *payload NULL: it was something else. */
#define CHAN_MESSAGE_MAX (sizeof(struct wire_header) + WIRE_PART_MAX)
enum chan_end chan_receive(const struct chan *chan, enum wire_type type, uint8_t *message,
                           const uint8_t **payload, struct wire_header *header, int64_t deadline);

/* Takes back what the agent has not yet taken. True if the agent has no use for the permit then: the
 * permit was among it, or a part of the request (the agent may be reading at the same time, and get
 * the permit in its place). */
bool chan_take_back(const struct chan *chan);

/* CLOCK_MONOTONIC in ms. */
int64_t chan_now(void);

#endif
