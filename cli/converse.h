/* The first message of a visit; the rest of the conversation is in inject.h. */
#ifndef REIMPORT_CONVERSE_H
#define REIMPORT_CONVERSE_H

#include "inject.h"

/* Exchanges HELLO: tells the agent how long it may take, learns its version and Python's. */
int session_greet(struct session *s, struct err *err);

#endif
