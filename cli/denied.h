/* Why the kernel does not let us attach to a process, and what the user can do about it. */
#ifndef REIMPORT_DENIED_H
#define REIMPORT_DENIED_H

#include "err.h"
#include "proc.h"

/* What the kernel looks at in ptrace(2), "Ptrace access mode checking". */
struct denied_facts {
    struct proc us, target;
    bool us_in_user_namespace; /* our user namespace is not the initial one */
    bool same_user_namespace;  /* true also if it cannot be told */
    bool dumpable;             /* of the target; true also if it cannot be told */
    int yama_scope;            /* kernel.yama.ptrace_scope; 0 without Yama */
    char label[64];            /* the target's security label, escaped, or "" */
};

/* Sets the error from the facts. Always returns -1. */
int denied_explain(const struct denied_facts *facts, struct err *err);

/* Collects the facts of a process that refused us, and explains. Always returns -1. */
int denied(const struct proc *target, struct err *err);

#endif
