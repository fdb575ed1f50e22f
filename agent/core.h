/* The parts of a reimport, in the order in which they run, and what they hand to each other.
 * All functions need the GIL; they return 0, or -1 (NULL) with an exception set, unless they say
 * otherwise. */
#ifndef REIMPORT_CORE_H
#define REIMPORT_CORE_H

#include "defer.h"
#include "lengths.h"
#include "py.h"
#include "stood.h"
#include <stdbool.h>
#include <stdint.h>

enum callback {
    CALLBACK_NONE,   /* the new module has no __reimported__ */
    CALLBACK_TRUE,   /* it returned something true */
    CALLBACK_FALSE,  /* it returned something false: the new module simply takes its place */
    CALLBACK_RAISED, /* it raised; printed, and kept in callback_error; otherwise as CALLBACK_TRUE */
};

/* One module of the set. All references are owned. */
struct unit {
    PyObject *name; /* str */
    PyObject *old;  /* the module as it was in sys.modules */
    PyObject *spec; /* the import system's spec for it as it is now; NULL before compile_units() */
    PyObject *code; /* its new top level, compiled; NULL if only its own loader can make it */
    PyObject *source; /* what that was compiled from, str or bytes; NULL if it cannot be told */
    PyObject *fresh;  /* what the import left in sys.modules; NULL before it */
    PyObject *left;   /* the namespace that `fresh` had before it came to share that of `old` */
    bool foreign;     /* that is no module, or one with a name of its own, which stays as it is */
    enum callback callback;
    PyObject *callback_error; /* str or NULL */
    bool implied;             /* in the set because its package is */
};

/* How a reimport asks whether it may go on. */
struct gate {
    /* True while nobody has withdrawn and the deadline is ahead; cheap, asked between steps. */
    bool (*open)(void *ctx);
    /* The last question before the commit. True: granted, and nobody can withdraw any more. */
    bool (*permit)(void *ctx);
    void *ctx;
};

/* One reimport, from its arguments to its end. */
struct reimport {
    struct unit *units; /* sorted by depth, parents first; __main__ last */
    Py_ssize_t count;
    PyObject *gone; /* dict, name: old module, of implied units that are on disk no more; or NULL */
    PyObject *finder_ns;    /* finder.py's namespace; compile.c makes it */
    PyObject *finder;       /* its Finder while the set is being imported; import.c's own */
    PyObject *classes;      /* list: those of the set's modules as they were; forget.c's own */
    struct lengths lengths; /* before the import; forget.c's own */
    struct stood stood;     /* the same */
    /* The class of sys.modules meanwhile, and its Finder's dicts of what our thread has in it; view.c's */
    PyObject *view, *own, *placed, *displaced;
    PyObject *locks;        /* list: the import locks of the set; import.c's own */
    PyObject *forks, *fork; /* lists: what a process that is forked looks at, our entry; fork.c's */
    PyObject *modules_before; /* dict: a copy of sys.modules as it was; NULL before the import */
    PyObject *modules_after;  /* dict: what sys.modules is to be; made by import_plan_modules() */
    struct deferred deferred; /* released when the reimport is over, whatever became of it */
    const struct gate *gate;
    PyObject *report; /* dict: the keys of design section 2 that the agent fills in */
    bool if_loaded;   /* names that are not loaded are no error: report["not_loaded"] has them */
    unsigned long worker; /* Python's identifier of the thread that reimports */
    bool running;         /* the modules' own code runs, in a call of ours: it may be given up */
    bool interrupted;     /* since import_enter(), by the watching thread */
    PyObject *interruption[3]; /* type, value, traceback; or NULL: interruption.c's own */
    int given_up;    /* 1: another thread puts everything back; 2: it has; see import_give_up() */
    double pause_ms; /* longest time the GIL was held, outside the modules' own top level */
    bool committed;
};

/* ---- steps 1 to 4, and their way back: resolve.c, compile.c, import.c ---- */

/* Step 1. `names`: a sequence of str (or module objects). Fills units (name, old). ValueError for a
 * module that is not loaded (unless if_loaded) or is an extension. Changes nothing. */
int resolve(struct reimport *r, PyObject *names);

/* Step 2. Compiles every unit, moves those to `gone` that are on disk no more although their package is,
 * and drops those of a package that are there or never were on disk, but cannot be found. SyntaxError and
 * what a loader raises. Changes nothing. */
int compile_units(struct reimport *r);

/* Steps 3 and 4: imports every unit into a fresh module and calls __reimported__. On failure, when it
 * returns -1, sys.modules, the parents' attributes and the import locks are as they were before. On
 * success the import locks of the set are held until import_finish(). */
int import_units(struct reimport *r);

/* What is loaded under `name` as the import sees it: the new module of the set, or none yet; for other
 * names what sys.modules has. Borrowed, or NULL, with an exception if there is one. */
PyObject *import_seen(const struct reimport *r, PyObject *name);

/* Makes modules_after: what sys.modules holds in the end, in the order it had: the old module objects
 * (the new one where the callback said no), then what the import brought in. */
int import_plan_modules(struct reimport *r);

/* After import_units() succeeded and before the commit: everything back as it was. Never fails;
 * keeps the pending exception. */
void import_rollback(struct reimport *r);

/* After commit or rollback: releases the import locks. Keeps the pending exception. Until they are released, what
 * is let go of is deferred. */
void import_finish(struct reimport *r);

/* ---- steps 5 to 7: plan.c and what it calls ---- */

/* Plans, asks the gate's permit, commits, in one hold of the GIL and without running Python code.
 * -1: every object is as it was (the caller still calls import_rollback). Sets r->committed, fills
 * report["modules"], ["references"], ["stale"], and pause_ms. */
int commit(struct reimport *r);

/* Instead of import_units() and commit(), for --code-only: swaps the code of the live functions of the
 * compiled units for that of the new sources, in one hold of the GIL, and touches nothing else; with
 * `dry_run` not that either. Fills the report as commit() does, with "swapped" (how many functions) and
 * "beyond" (what the new source changes beyond code: a list of {what, name}) for each module. Sets
 * r->committed if anything was changed. -1: every object is as it was. */
int commit_code(struct reimport *r, bool dry_run);

/* Takes the last reimport in this interpreter back (or, after an undo, forward again): undo.c. Fills
 * the report as commit() does; r has no units. ValueError if there is nothing to undo. */
int undo(struct reimport *r);

/* Adds to the report: "last" ({op, when, modules} or None), "modified" (names), "stale": status.c. */
int status(PyObject *report);

/* ---- the whole: run.c ---- */

struct reimport_options {
    bool dry_run;
    bool code_only; /* run no top level: commit_code() */
    bool if_loaded; /* of the names, those that are loaded: one process of several may lack some */
    const struct gate *gate; /* NULL: always open */
    /* NULL, or where to show, while it is at work, the reimport to a thread that watches it; to be
     * read with the GIL held. */
    struct reimport **at_work;
};

/* Runs steps 1 to 7. Returns the report, a new reference to a dict, or NULL with an exception set
 * and everything as it was; but without a gate the exception may be that of a signal handler, which came after the
 * commit. */
PyObject *reimport_run(PyObject *names, const struct reimport_options *options);

/* Takes the last reimport back. As reimport_run(). */
PyObject *reimport_undo(const struct gate *gate);

/* A report with "last", "modified" and "stale" of status(). Changes nothing. */
PyObject *reimport_status(void);

/* An empty report: a new dict with the keys of design section 2 that the agent fills in. */
PyObject *report_new(void);
/* Sets report["times_ms"][key]. */
int report_time(PyObject *report, const char *key, double ms);

/* The names of the loaded modules whose source on disk is not what is loaded. `paths`: a sequence of
 * str, or NULL or empty for everywhere. A new list of str. */
PyObject *modified(PyObject *paths);

#endif
