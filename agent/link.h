/* The agent's side of the conversation: see wire.h for the messages, serve.h for what the request
 * handler uses of it. */
#ifndef REIMPORT_LINK_H
#define REIMPORT_LINK_H

#include "serve.h"
#include "wire.h"

#define LINK_MESSAGE_MAX (sizeof(struct wire_header) + WIRE_PART_MAX)

/* Waits up to `hello_ms` for the command's HELLO and takes the deadline from it. False: none came. */
bool link_greet(struct serve_link *link, uint32_t hello_ms);

/* Answers with our HELLO: the agent's and Python's versions, and whether Python can be served
 * ("ready", or why not). */
bool link_answer(struct serve_link *link, const char *python, const char *state);

#endif
