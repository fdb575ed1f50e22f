/* What to do next after a visit failed: the injection says what and why, this adds the rest. */
#ifndef REIMPORT_ADVICE_H
#define REIMPORT_ADVICE_H

#include "err.h"
#include "inject.h"

/* Appends "; " and a next step to the message. */
void advice_add(struct err *err, const struct target_facts *facts);

#endif
