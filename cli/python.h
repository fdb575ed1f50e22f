/* What the command has to know of a target's code: its libc, and which module exports the Python
 * API, its version and its addresses. All from memory. */
#ifndef REIMPORT_PYTHON_H
#define REIMPORT_PYTHON_H

#include "boot.h"
#include "elfmem.h"
#include "err.h"
#include "inject.h"
#include "libc.h"

/* The refusal of such a target: what it is, and what to do next. */
#define PYTHON_FREE_THREADED                                                                       \
    "it runs a free-threaded build of Python, which is not supported; start it with a build with " \
    "the GIL"

struct python {
    struct elf elf;
    bool exports_malloc;
    bool free_threaded; /* as far as can be told from outside */
};

struct code {
    struct maps maps;
    struct libc libc;
    struct python python;
    uint64_t entry; /* where the program, as opposed to its libraries, starts to run; 0: unknown */
};

/* Reads the maps and finds both. Fills in facts (libc, python, python_file). On failure
 * STATUS_UNATTACHABLE, and nothing has to be freed. */
int code_find(struct code *code, struct mem *mem, int proc_fd, struct target_facts *facts,
              struct err *err);

/* The addresses that the agent needs: libc's functions and py_api.def. */
int code_resolve(const struct code *code, struct boot *boot, struct err *err);

void code_free(struct code *code);

#endif
