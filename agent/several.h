/* A request for one interpreter, or for each of them in turn. */
#ifndef REIMPORT_SEVERAL_H
#define REIMPORT_SEVERAL_H

#include "py.h"
#include "serve.h"

#define ASKED_ALL (-1)

/* The ID of the interpreter that the encoded request is for, or ASKED_ALL. Needs no GIL. */
int64_t several_asked(const uint8_t *request, size_t n);

/* Works in every interpreter, one after the other, each of them all or nothing; what one has not
 * loaded is left out there. If one of the arguments is loaded in none, nothing is done. The reply, from
 * PyMem_RawMalloc, or NULL. Without the GIL. */
uint8_t *several_serve(struct serve_link *link, const uint8_t *request, size_t n, size_t *size);

/* For another thread, with the GIL of the interpreter that is being visited, when what runs there was given up: the reply
 * of those in which all is done, and for the others that nothing was. From PyMem_RawMalloc; NULL: nothing was
 * done in any other. */
uint8_t *several_given_up(size_t *size);

/* ---- serve.c: what is done in one of them ---- */

/* Which of the request's arguments are loaded in an interpreter that was looked at. */
struct seen {
    uint8_t *flags; /* PyMem_RawMalloc; NULL: not looked at yet */
    Py_ssize_t count;
};

/* Looks into the current interpreter, with its GIL. */
void serve_look(const uint8_t *request, size_t n, struct seen *seen);

/* Until when an interpreter is waited for; of several only a little, so that one that is busy leaves time for
 * the others. */
int64_t serve_patience(const struct serve_link *link, bool others);

/* Enters interpreter `id`, does what is asked and leaves it. The reply, from PyMem_RawMalloc, or NULL if
 * there is none to be sent. Without the GIL. */
uint8_t *serve_one(struct serve_link *link, const uint8_t *request, size_t n, int64_t id,
                   bool if_loaded, size_t *size);

#endif
