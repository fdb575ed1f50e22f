/* What the steps of a visit hand to each other: the private side of inject.h. */
#ifndef REIMPORT_VISIT_H
#define REIMPORT_VISIT_H

#include "boot.h"
#include "inject.h"
#include "python.h"

#include <sys/sysmacros.h>
#include <sys/types.h>

/* The name of the agent's image in the target, and how the kernel shows it. */
#define IMAGE_NAME "reimport"
#define IMAGE_LINK "/memfd:" IMAGE_NAME " (deleted)"

/* An image that is in the target already. */
struct resident {
    uint64_t base, begin; /* 0: there is none */
};

/* Everything that one visit needs between identification and detach. */
struct visit {
    struct session *session;
    struct mem mem;
    struct code code;
    struct boot boot;
    struct boot_result result;
    uint8_t *image; /* with room for the boot block at image_boot */
    size_t image_n, image_boot;
    dev_t memfd_dev; /* what boot.memfd is, once it was filled */
    ino_t memfd_ino;
    struct resident resident;
    bool owes_close;   /* the image is an open file of the target, and nothing will close it */
    bool owes_discard; /* the image is loaded, and nothing will unload it */
    long idle;         /* what the borrowed thread may enter instead of a system call (seccomp.h) */
    struct err *err;
    int status;
};

/* As struct boot_file has it. */
static inline uint64_t boot_dev(dev_t dev)
{
    return (uint64_t)major(dev) << 32 | minor(dev);
}

/* STATUS_UNATTACHABLE with the text of `code` after `what`. Always -1. */
static inline int unattachable(struct err *err, int code, const char *what)
{
    return err_sys(err, STATUS_UNATTACHABLE, code, "%s", what);
}

#endif
