/* What the files of the import phase share. */
#ifndef REIMPORT_IMPORTING_H
#define REIMPORT_IMPORTING_H

#include "core.h"

/* Moves unit `at` to r->gone. compile.c */
int unit_set_aside(struct reimport *r, Py_ssize_t at);

/* 0, or -1 with TimeoutError when the gate is closed. import.c */
int import_may_go_on(const struct reimport *r);

/* Lets other threads run for about a millisecond. -1 if a signal handler raised. locks.c */
int import_pause(void);

/* Between two tries of what must not fail: puts the exception aside (interruption_keep()), and after a few tries gives
 * others a chance to free memory. locks.c */
void import_breathe(struct reimport *r, int try);

/* Puts everything back and releases all locks in the stead of the thread that imports, which is in
 * code of the modules that does not return. What it does when it returns has no effect any more. Call
 * it on another thread, when r->running. What is to be let go of is in `rest` then. rollback.c */
struct import_rest {
    PyObject *finder, *forget;
    struct deferred deferred;
};
void import_give_up(struct reimport *r, struct import_rest *rest);

/* Finalizers run, which may wait for whatever they like. rollback.c */
void import_let_go(struct import_rest *rest);

/* Around a call of the modules' own code: import_leave() hands `result` through, or drops it and
 * raises TimeoutError when the import was given up meanwhile. import.c */
void import_enter(struct reimport *r);
PyObject *import_leave(struct reimport *r, PyObject *result);

/* Takes the import locks of the whole set: a thread that imports one of these modules from now on
 * waits until unlock_set(). Waits, as long as the gate is open, for those who are importing one.
 * locks.c */
int lock_set(struct reimport *r);
/* Gives them back, and r->finder's, which has no part in any import then. Never fails; keeps the pending
 * exception. locks.c */
void unlock_set(struct reimport *r);

/* Drops r->finder, and has it let go of what it knows, of new modules above all: when no lock is held any more, and
 * the process may be reimported again, as finalizers may wait for a thread that does. Never fails; drops the pending
 * exception. locks.c */
void forget_finder(struct reimport *r);

/* 0, or -1 with ImportError if the program's sys.modules is not the interpreter's: what is imported would be in one of
 * them only. view.c */
int view_possible(void);

/* From one to the other, the set is not in sys.modules for our thread, and there for every other one as it
 * was: see finder.py. view.c */
int view_open(struct reimport *r);
/* Never fails; keeps the pending exception. */
void view_close(struct reimport *r);

/* Has a process that is forked from now on put everything back by itself: the thread that reimports is
 * not there. Before any lock of the set is taken that is `locks`; before view_open(), the finder tells the
 * rest. fork.c */
int fork_prepare(struct reimport *r);
void fork_use_finder(struct reimport *r);
/* There is nothing to be put back any more, but locks are held. Allocates nothing. */
void fork_committed(struct reimport *r);
/* Nor that. Keeps the pending exception. */
void fork_over(struct reimport *r);

/* 0, or -1 with AttributeError if the module's __all__ names what it has not. exports.c */
int exports_check(struct reimport *r, const struct unit *unit);

/* Calls __reimported__(old) of every new module that has one, submodules first. -1 only for what is
 * not an Exception, such as KeyboardInterrupt. callback.c */
int callbacks_run(struct reimport *r);

#endif
