/* What the command writes into the agent's image before it is loaded, and what the agent answers
 * before its thread runs. Shared by both sides; fixed-width fields only. */
#ifndef REIMPORT_BOOT_H
#define REIMPORT_BOOT_H

#include <stdint.h>

/* The exported symbol in the image under which the command finds struct boot. */
#define BOOT_SYMBOL "reimport_boot"

/* The agent's thread, as the kernel and ps know it. */
#define BOOT_THREAD_NAME "reimport-agent"

enum {
#define PY_FN(name) PYI_##name,
#define PY_EX(ret, name, args) PYI_##name,
#define PY_EXC(name) PYI_##name,
#define PY_TYPE(name) PYI_##name,
#define PY_OBJ(name) PYI_##name,
#include "py_api.def"
#undef PY_FN
#undef PY_EX
#undef PY_EXC
#undef PY_TYPE
#undef PY_OBJ
    PYI_COUNT
};

/* A descriptor of the target, and the file that it is: numbers are the program's to use again. `dev` is
 * major << 32 | minor. */
struct boot_file {
    int32_t fd;
    uint32_t reserved;
    uint64_t dev, ino;
};
#define BOOT_STRAYS 16

/* libc's functions, resolved by the command from memory; 0: there is none. For opengil.h. */
struct boot_mutexes {
    uint64_t trylock, lock, unlock; /* pthread_mutex_*() */
    uint64_t signal;                /* pthread_cond_signal() */
};

/* What the agent keeps here while it is at work, for whoever visits a process that was forked meanwhile:
 * there the image and the descriptor are, and, as a rule, no thread of ours. */
struct boot_work {
    int32_t pid;         /* of the process in which it is at work, as that sees it; 0: it is not */
    uint32_t references; /* dlopen()'s, on the image: those that are counted are there */
    uint64_t stacks[2];  /* where those of its threads begin, BOOT_STACK_BYTES each; 0: none */
    struct boot_file link; /* its end of the socket pair */
};
#define BOOT_STACK_BYTES (8u << 20)

struct boot {
    uint64_t image; /* image_hash() of the command that wrote it */
    uint64_t again; /* filled in by the constructor: a function without arguments that does what it
                        * did, for a libc that never unloads a library (musl) */
    uint64_t
        injected;    /* 0 in the file: loaded by `import reimport`, the constructor does nothing */
    uint64_t result; /* address in the tracee of a struct boot_result */
    struct boot_file memfd; /* the tracee's descriptor of this image, to be closed; fd -1: none */
    struct boot_work work;
    uint32_t surplus;  /* references on the image that the agent drops besides its own */
    uint32_t hello_ms; /* how long the agent's thread waits for the command */
    uint64_t block;    /* signal mask of the agent's thread, bit n-1 for signal n */
    /* libc's functions, resolved by the command from memory */
    uint64_t dlopen, dlclose, dladdr; /* dlclose 0: it would not unload */
    uint64_t pthread_create, pthread_attr_init, pthread_attr_destroy;
    uint64_t pthread_attr_setstacksize, pthread_attr_setdetachstate;
    struct boot_mutexes mutexes;
    struct boot_file strays[BOOT_STRAYS]; /* what killed commands left, to be closed; fd -1: none */
    uint64_t py[PYI_COUNT];               /* addresses for py_api.def, 0 where there is none */
};

/* What the constructor tells. */
struct boot_told {
    int32_t error;                /* 0 or an errno value */
    int32_t step;                 /* enum boot_step: which step of the constructor failed */
    int32_t agent_fd, command_fd; /* the two ends of the socket pair, in the tracee */
    uint64_t agent_ino, command_ino;
    uint64_t discard; /* a function without arguments that unloads the image; to be called by the
                       * command when error is not 0 */
};

struct boot_result {
    uint64_t done; /* BOOT_DONE when the constructor has filled in the rest */
    uint32_t go;   /* the constructor waits until this is not 0, at most BOOT_WAIT_MS: so
                                   * the command finds the thread in it, and can see it home */
    uint32_t unused;
    struct boot_told told;
    uint64_t
        check; /* boot_check(): a thread that went home has other use for that part of its stack */
};
enum boot_step { BOOT_SOCKETPAIR = 1, BOOT_THREAD = 2 };
#define BOOT_WAIT_MS 100
#define BOOT_DONE 0x656e6f6474726d70u

static inline uint64_t boot_check(const struct boot_told *told)
{
    const uint8_t *bytes = (const uint8_t *)told;
    uint64_t hash = 14695981039346656037u; /* FNV-1a */

    for (unsigned i = 0; i < sizeof(*told); i++)
        hash = (hash ^ bytes[i]) * 1099511628211u;
    return hash;
}

#endif
