/* The plan of one reimport, shared by the files that make it. It is made and carried out in one hold
 * of the GIL without running Python code, so it may hold borrowed references. */
#ifndef REIMPORT_PLAN_H
#define REIMPORT_PLAN_H

#include "codes.h"
#include "core.h"
#include "heap.h"
#include "holdings.h"
#include "journal.h"

enum fate {
    FATE_MOVE,   /* the old object survives, the content of the new one moves in */
    FATE_SWITCH, /* the new object replaces the old one wherever that is held */
    FATE_KEEP,   /* the old object survives as it is, in place of the new one */
};

struct plan {
    struct reimport *r;
    struct heap heap;
    struct journal journal;

    struct ptrlist pairs; /* a: old, b: new */
    enum fate *fates;     /* of each pair */
    Py_ssize_t fates_room;
    Py_ssize_t done; /* pairs before this one have had their parts paired */
    struct ptrmap by_old, by_new;
    struct ptrmap removed; /* old functions and classes without a successor */
    struct ptrmap kept; /* what __reimport_keep__ names, and its functions: matched with nothing */

    struct ptrmap old_globals, new_globals; /* module dict -> index of the unit */
    struct ptrlist old_functions,
        new_functions;    /* all whose globals are one of those; b: the globals */
    struct ptrlist types; /* all classes made by Python code */
    struct ptrlist
        caches;         /* functions wrapped by functools.lru_cache; b: not NULL if to be emptied */
    bool clears_caches; /* of functools.lru_cache: not where only code changes, and data stays */
    PyObject *names;    /* list, in an undo: of the modules that it is about; owned, or NULL */
    PyObject *loaded;   /* list, in an undo: their namespaces, or None; owned, or NULL */
    PyObject
        *lost_names; /* list, in an undo: of those that are not loaded any more; owned, or NULL */
    struct ptrmap lost; /* what is theirs, beside functions and classes; their namespaces first */
    PyTypeObject *cached_function_type; /* or NULL */
    PyTypeObject *variable_type;        /* contextvars.ContextVar, or NULL */
    PyObject *frames; /* what each thread runs: interps_frames(), before taking stock; owned */
    struct ptrlist aliases;   /* type aliases */
    struct ptrlist suspended; /* generators, coroutines, async generators */
    struct ptrmap type_dicts; /* a class's own dict -> index in types */
    struct ptrmap internals;  /* bases and mro tuples of classes */
    struct codes codes;
    struct ptrmap keepalives; /* dicts that keep alive what C points to */
    struct ptrmap rehashed;   /* tuples and their like whose hash will be another */
    struct ptrmap handled;    /* holders that are planned already, or that will die */
    struct ptrmap recorded;   /* what only the last record keeps; recorded.c */

    struct ptrmap came; /* what the import made -> its index in came_list; scatter.c */
    struct ptrlist came_list, wrappers; /* wrappers: functions of decorators from elsewhere */
    struct ptrmap namesakes; /* a value of a new namespace -> what the old one has there */
    struct ptrmap outside;   /* containers that hold something new */
    struct ptrlist outside_list;
    struct ptrmap grown; /* lists and dicts of these -> how long they were */

    struct ptrlist iterators; /* (dict or set, one that is alive over it); iterators.c */
    struct holdings iterated; /* these by the container; open once stock was taken */

    PyObject *
        spelled; /* dict: the defaults that the new sources spell, see spelled_find(), or NULL; owned */

    PyObject *namespaces; /* list: what the dict of each unit shall hold, None if it stays; owned */
    PyObject *taken; /* list of {name: what it shall hold} for each module in `takers`; owned */
    struct ptrmap takers; /* dict of a module that took values of the set -> index in `taken` */

    PyObject *made;         /* list: what settle_layouts() and replace_instances() made; owned */
    struct ptrlist remade;  /* classes outside the set that are made anew: old, new */
    struct ptrmap new_base; /* class whose bases change -> the base that gives it its layout */
    struct ptrlist carried; /* instances in whose place others come: old, new */
    struct ptrlist
        slot_changes;        /* descriptors of slots that come or go: class, index in the journal */
    struct ptrmap replaced;  /* the old ones: 1; or 0 if something holds it that cannot follow */
    struct ptrmap same_code; /* hashkept.c's own */

    struct ptrmap added; /* for an undo: classes that came with the import; 1 if they are in use */
    PyObject *back;      /* for an undo: list of (new, old) that were switched; NULL else; owned */
    struct ptrmap back_to;   /* new -> old of those, as an address */
    struct ptrlist stranded; /* for an undo: instances made since of classes among those */

    Py_ssize_t switched, removed_count;
    Py_ssize_t
        left_instances; /* how many in `left` are there for their class, not for what they hold */
    PyObject *left;     /* list of {holder, object, reason}; owned */
};

/* ---- pair.c: which new object belongs to which old one ---- */

/* Pairs everything below the units' modules, by name first. */
int pair_all(struct plan *p);
/* Pairs two values that stand in the same place, unless one of them is paired already. */
int pair(struct plan *p, PyObject *old, PyObject *new);
/* Pairs two objects that are known to belong together; what is paired already stays so. */
int pair_as(struct plan *p, PyObject *old, PyObject *new, enum fate fate);
/* inst.c: the members of two Enums by name; of other classes nothing. */
int pair_members(struct plan *p, PyObject *old, PyObject *new);
/* equal.c: data of the unit that was made again as it was: the old objects stay. */
int pair_equal(struct plan *p, const struct unit *u);
/* keep.c: true if a module that was there before, and is not reimported, has it too. */
bool is_shared(const struct plan *p, PyObject *o);
/* Works off what pair() has found, until nothing new comes up. */
int pair_parts(struct plan *p);

/* What stands for `o` after the commit: its survivor, or itself. Borrowed. */
PyObject *survivor(const struct plan *p, PyObject *o);
/* True if `o` is a function or class of the old modules that is not defined any more. */
bool is_removed(const struct plan *p, PyObject *o);
/* True if `o` is a function or class defined in one of the units, by its module and namespace. */
bool is_own(const struct plan *p, PyObject *o);
/* The unit's surviving dict and the dict that its new top level ran in. Borrowed. The latter is NULL,
 * without an exception, where the top level put something else than a module in its place: such a unit
 * does not move. */
PyObject *unit_old_dict(const struct unit *u);
PyObject *unit_new_dict(const struct unit *u);
/* True if the unit takes part in matching: the callback did not ask for plain replacement. */
bool unit_moves(const struct unit *u);

/* keep.c: pairs what the unit keeps with what the new top level made of the same name. */
int keep_names(struct plan *p, const struct unit *u);
/* keep.c: the values that the unit keeps, into the planned namespace. */
int put_kept(const struct unit *u, PyObject *namespace);

/* ---- one file for each kind of object: what moves into the old one ---- */

int plan_function(struct plan *p, PyObject *old, PyObject *new); /* fn.c */
/* The functions whose code is planned to change already, as keys. -1 with MemoryError. */
int plan_coded(const struct plan *p, struct ptrmap *coded);
/* fn.c: a live instance. `home`: the class that a method new to `super()` finds in `__class__`, or NULL. */
int plan_closure(struct plan *p, PyObject *function, PyObject *code, PyObject *home);
/* fn.c: one that is paired with none: it gets `code`, and defaults that fit, or is left and reported. */
int plan_unpaired(struct plan *p, PyObject *function, PyObject *code);
/* defaults.c: plans the defaults that `f` needs with the code `new`: those of parameters that keep their names
 * stay; of others the source's literals, which are in `known` (a dict as from spelled_find(), or NULL).
 * `other_parameters`: they are not the old ones. 1: planned, or not needed; 0: they cannot be told, `f` is
 * left and reported; -1. */
int plan_parameters(struct plan *p, PyObject *known, PyObject *f, PyObject *new,
                    bool other_parameters);
/* defaults.c: {address of a new code: (of the last positional parameters, {keyword: default})} for functions
 * that functions make, and lambdas. A default is a 1-tuple of its value, or None if only running the source
 * could tell it. A new dict. Runs Python code. */
PyObject *spelled_find(const struct reimport *r);
/* fn.c: a function with what `like` has, which is `f` or moves into it, and the cells of `f`, but one of its own for
 * `__class__`, that holds `home`. New reference; NULL without an exception: it needs none. */
PyObject *function_of(struct plan *p, PyObject *like, PyObject *f, PyObject *home);
/* stayed.c: a class in whose place another one comes, while instances stay. */
int plan_stayed(struct plan *p, PyObject *old);
/* recorded.c: finds classes and their parts that only the last record keeps, which goes when this reimport is done:
 * nothing is planned for them. Takes them out of the functions of the stock. */
int recorded_find(struct plan *p);
int plan_class(struct plan *p, PyObject *old, PyObject *new); /* cls.c */
int plan_bases(struct plan *p, PyObject *type,
               PyObject *like); /* cls.c: as those of `like`, surviving */
/* cls.c: a class that will be collected some time: until then its bases outside the module must not
 * count it among their subclasses, so it keeps only the built-in one. */
int plan_orphan(struct plan *p, PyObject *type, bool lasting);
/* cls.c: for the record: an undo does that to a class that came with the import. */
int plan_added(struct plan *p, PyObject *type);
/* cls.c: an attribute that `type` itself computes (__qualname__, __doc__ ...), past the metaclass. New
 * reference. */
PyObject *type_computed(PyObject *type, PyObject *name);
/* cls.c: the class that stands for `type` after the commit: itself, if what comes in its place is no class.
 * Borrowed. */
PyObject *surviving_class(const struct plan *p, PyObject *type);
/* cls.c: the bases of `type` as they shall be: what comes in the place of one may be no class. New reference
 * to a tuple. */
PyObject *surviving_bases(const struct plan *p, PyObject *type);
/* cls.c: true for a metaclass whose mro() is Python code, which making a class or changing its bases
 * would run. */
bool has_own_mro(PyTypeObject *meta);
/* remake.c: classes whose layout must change because that of a base does: those of the set are switched,
 * others made anew. After pair_all(); then, after the moves are planned, what the made ones hold. */
int settle_layouts(struct plan *p);
int plan_remade(struct plan *p);
/* slots.c: 1 if an old class that survives could not reach, as it is to be, what its instances have in a slot of
 * `owner`, or their dict; 0; -1. */
int loses_slots(const struct plan *p, PyObject *type, PyObject **owner);
/* slots.c: switches those of the set, and the bases in the set that others have the slots from. 1 if there were
 * such, 0, -1. */
int settle_slots(struct plan *p);
/* remake.c: true for a class outside the set that is made anew: the new one has its methods. */
bool is_remade(const struct plan *p, PyObject *type);
/* remake.c: puts the classes that something is left of after the commit, with all that they inherit from, into
 * `in_use`: instances, of those in `hits`, or classes. */
int find_in_use(const struct plan *p, const struct ptrlist *hits, struct ptrmap *in_use);
/* remake.c: takes classes that others replace out of the sight of their bases, or leaves them fit for what stays.
 * `hits`: their instances. */
int orphan_switched(struct plan *p, const struct ptrlist *hits);
/* others.c: true if, by all that can be seen, another module has put the attribute on the class, an old one:
 * what the new source does not have of that, stays. */
bool is_put_by_others(const struct plan *p, PyObject *type, PyObject *name, PyObject *value);
/* others.c: what they have put on a class in whose place another one comes, on that. An undo leaves it there. */
int plan_carried_attributes(struct plan *p);
/* match.c: which patterns of `match` instances stand for, as the new bases have it: of classes that move
 * and of those derived from them. After all plans that change bases. */
int plan_match(struct plan *p);
/* match.c: for an undo, whose entries are in the journal: of classes derived from theirs since. */
int plan_match_derived(struct plan *p);
int plan_wrapper(struct plan *p, PyObject *old, PyObject *new);  /* wrap.c */
int plan_instance(struct plan *p, PyObject *old, PyObject *new); /* inst.c */
int plan_namespaces(struct plan *p);                             /* mod.c: p->namespaces */
int plan_modules(struct plan *p);                                /* mod.c */
int plan_values(struct plan *p, PyObject *found);                /* values.c */
int plan_frames(struct plan *p);                                 /* frames.c */
int plan_references(struct plan *p);                             /* refs.c */
/* hold_any.c: new objects in whose place the old ones stay. Until they are collected, whoever asks gc for all objects
 * meets them, and the descriptors of their class are those of the surviving one by then: so is their class. */
int plan_outlived(struct plan *p);

/* wrap.c: property, classmethod, staticmethod, functools.partial, lru_cache and their like: objects
 * that stand for a function that they wrap. */
bool is_wrapper(PyObject *o);
bool is_wrapper_type(PyTypeObject *type);
bool is_cached_function(PyObject *o);
/* wrap.c: false for two functions wrapped by functools.lru_cache that keep their results in different forms: bounded,
 * unbounded, or not at all. */
bool same_kind_of_cache(PyObject *old, PyObject *new);
/* wrap.c: calls visit(part, arg) for what the wrapper `o` wraps, and what else it refers to but results that it
 * keeps; borrowed. A nonzero answer ends it, and is returned. */
int each_wrapped(PyObject *o, int (*visit)(PyObject *, void *), void *arg);
/* Calls visit(part, arg) for what `o` refers to, borrowed, in the order of its type's traversal. */
int each_referent(PyObject *o, int (*visit)(PyObject *, void *), void *arg);
/* The same by the traversal of `base`, a base of o's type: a container's items without what a subclass
 * adds. */
int each_item(PyObject *o, PyTypeObject *base, int (*visit)(PyObject *, void *), void *arg);
/* Appends to `parts` what `o` refers to. 1 if that is more than PARTS_MAX; -1 without memory, and without an
 * exception. */
enum { PARTS_MAX = 64 };
int parts_of(PyObject *o, struct ptrlist *parts);

/* caches.c: a type by its name in a module, if that is loaded; borrowed. */
PyTypeObject *loaded_type(const char *module_name, const char *name);
/* caches.c: the cached functions whose results may come from replaced code: a new list, of each and a dict for
 * what is in it. */
PyObject *stale_caches(struct plan *p);
/* Adds a cached function to such a list. */
int caches_add(PyObject *caches, PyObject *cache);
/* Empties them, after the commit. What they held is in the list from then on, so nothing of it is released. */
/* Lets the cache be emptied after the commit whose results are in that dict. False if it is none's. */
bool spoil_cache(struct plan *p, PyObject *table);
void clear_caches(PyObject *caches);
/* caches.c: lets every abstract base class ask anew which classes are its own: methods, bases and
 * registrations have changed. Forgets only what can be found again, so it may come before the commit. */
int reset_abc_caches(const struct plan *p);

/* imports.c: the modules outside the set that took values of it by name, from their sources: a new
 * list of (namespace, [(name, source namespace, name there)], [namespaces taken with `import *`]).
 * Runs Python code; the plan checks each name again. */
PyObject *imports_find(const struct reimport *r);
/* True if plan_values() has planned what that name shall hold. */
bool is_taken(const struct plan *p, PyObject *ns, PyObject *name);

/* lost.c: fills names, loaded, lost_names and lost, and reports those that are lost; with the record of the last
 * reimport. */
int lost_find(struct plan *p, PyObject *record);
/* lost.c: after it, with the heap: notes what the functions of lost modules consist of. */
int lost_note_parts(struct plan *p);
/* lost.c: true if nothing is left to be undone. */
bool lost_all(const struct plan *p);
/* lost.c: true for what a lost module has defined or made; for an entry of the journal, and a code, that is about
 * such. NULL is none. */
bool is_lost(const struct plan *p, PyObject *o);
bool is_lost_entry(const struct plan *p, const struct entry *e);
bool is_lost_code(const struct plan *p, PyObject *code);
/* lost.c: of a patch's changes (patch.h) those that are not about such: a new tuple. */
PyObject *lost_sift(const struct plan *p, PyObject *changes);

/* Adds {holder, object, reason} to the report. */
int plan_leave(struct plan *p, PyObject *holder, PyObject *object, const char *reason);
/* The same, of a name in a module's namespace. */
int plan_leave_global(struct plan *p, PyObject *namespace, PyObject *name, const char *reason);
/* The same, of a module as a whole. */
int plan_leave_module(struct plan *p, PyObject *name, const char *reason);
/* The name of a function or class as the report gives it, qualified. New reference. */
PyObject *display_name(PyObject *o);

/* A new list of the units' names. */
PyObject *plan_unit_names(const struct reimport *r);
/* The record that the commit of this plan leaves: see state.h. New reference. */
PyObject *plan_record(struct plan *p, const char *op, PyObject *modules);
/* Asks for the permit and applies the journal; puts the record in place, and defers what it replaces. The journal
 * is the caller's to defer. */
int plan_carry_out(struct plan *p, PyObject *record);
void plan_free(struct plan *p);

/* plan.c: stops the collector and takes p->frames, which an audit hook is told of: the last Python code that may
 * run before the plan is carried out, so taking stock comes after it. -1 with an exception. */
int plan_hold(struct plan *p);
/* plan.c: fills type_dicts and internals from types. */
int plan_note_types(struct plan *p);
int plan_undo_report(struct plan *p, PyObject *names); /* changes.c: the same, for an undo */
int plan_report(struct plan *p); /* changes.c: report["modules"], ["references"] */
/* Sets both: `modules` is the finished list, the rest is in the plan. */
int plan_put_report(struct plan *p, PyObject *modules);
/* One entry of report["modules"], with nothing in it yet: a new dict. `file`: NULL if the module has none. */
PyObject *changes_entry(PyObject *name, PyObject *file);
/* Appends to report["modules"] the entry of a module that is gone from disk, and is loaded no more after
 * the commit: with "gone", and nothing removed yet. Borrowed from the list. */
PyObject *changes_add_gone(PyObject *modules, PyObject *name, PyObject *module);
int plan_stale(struct plan *p); /* stale.c: report["stale"] */
/* What runs code in `replaced`: the frames of all threads (of interps_frames()), and `suspended` generators and
 * coroutines, which are borrowed: no Python code runs. A new list of {kind, thread, function, file, line}. */
PyObject *stale_list(const struct ptrmap *replaced, PyObject *frames,
                     const struct ptrlist *suspended);

#endif
