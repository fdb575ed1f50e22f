/* See unseen.h. An object's count of references is compared with those that were found; what is counted twice, or is only
 * what a frame's stack has left behind, hides a holder, but none is told of that does not exist. Most objects are accounted for
 * by the hits alone; the frames that run are looked at, and the heap once more, for the others only. */
#include "unseen.h"
#include "holders.h"
#include "layout.h"
#include "obj.h"
#include "running.h"

/* Since 3.11, in what a frame object stands for (struct _PyInterpreterFrame in Include/internal/pycore_frame.h): how far its
 * stack is filled while it waits for another frame, which since 3.14 is an address; then where its local variables begin,
 * with the stack behind them. */
enum { FRAME_STACK = 64, FRAME_LOCALS = 72, FRAME_LOCALS_314 = 80 };

/* Since 3.14 a reference on a frame's stack says in these bits whether it is counted. */
#define STACK_TAG ((uintptr_t)3)

/* Since 3.12: that of an object which lives for ever. */
#define IMMORTAL (1u << 31)

/* ---- what is to go, with how many references to it were found ---- */

struct account {
    struct ptrmap found; /* -1: accounted for */
    struct ptrmap coded; /* code -> the function among these that has it, as an address */
};

/* Up to 3.10 a thread that handles an exception holds its class, too (Include/cpython/pystate.h, _PyErr_StackItem). */
static bool may_be_handled(PyObject *o)
{
    return layout.version < 0x030b && PyType_Check(o) &&
           PyType_HasFeature((PyTypeObject *)o, Py_TPFLAGS_BASE_EXC_SUBCLASS);
}

static bool is_own_concern(const struct plan *p, PyObject *o)
{
    return may_be_handled(o) || ptrmap_has(&p->replaced, o) || Py_TYPE(o) == &_PyWeakref_RefType ||
           stood_is_ghost(&p->r->stood, o);
}

static int choose_one(const struct plan *p, struct account *a, PyObject *old)
{
    if (is_own_concern(p, old))
        return 0;
    if (is_function(old) &&
        ptrmap_set(&a->coded, *word_at(old, layout.function.code), (Py_ssize_t)(uintptr_t)old) < 0)
        return -1;
    return ptrmap_set(&a->found, old, 0);
}

static int choose(const struct plan *p, struct account *a)
{
    for (Py_ssize_t i = 0; i < p->pairs.count; i++)
        if (p->fates[i] == FATE_SWITCH && choose_one(p, a, p->pairs.items[i].a) < 0)
            return -1;
    for (size_t i = 0; p->removed.mask && i <= p->removed.mask; i++) {
        PyObject *old = (PyObject *)(uintptr_t)p->removed.slots[i].key;
        if (old && is_removed(p, old) && choose_one(p, a, old) < 0)
            return -1;
    }
    return 0;
}

static int count_one(struct ptrmap *found, PyObject *o)
{
    Py_ssize_t n = found->used && o ? ptrmap_get(found, o) : -1;
    return n < 0 ? 0 : ptrmap_set(found, o, n + 1);
}

static int count_visited(PyObject *o, void *found)
{
    return count_one(found, o);
}

static bool is_short(PyObject *o, Py_ssize_t found)
{
    Py_ssize_t count = references_to(o);
    return !(count & IMMORTAL) && count > found;
}

/* Leaves those that have more references; how many that are. */
static Py_ssize_t keep_short(struct ptrmap *found)
{
    Py_ssize_t count = 0;

    for (size_t i = 0; found->mask && i <= found->mask; i++) {
        struct ptrmap_slot *slot = &found->slots[i];
        if (!slot->key || slot->value < 0)
            continue;
        if (is_short((PyObject *)(uintptr_t)slot->key, slot->value))
            count++;
        else
            slot->value = -1;
    }
    return count;
}

/* ---- what we hold ourselves, besides in containers that the heap shows ---- */

static int count_ours(const struct plan *p, struct ptrmap *found)
{
    for (Py_ssize_t i = 0; i < p->journal.count; i++) {
        const struct entry *e = &p->journal.entries[i];
        if (count_one(found, e->owner) < 0 || count_one(found, e->key) < 0 ||
            count_one(found, e->old) < 0 || count_one(found, e->new) < 0)
            return -1;
    }
    return stood_each_held(&p->r->stood, count_visited, found);
}

/* ---- frames that run: the collector does not know them, or not what is on their stacks ---- */

static int count_words(struct ptrmap *found, const void *from, Py_ssize_t words)
{
    for (Py_ssize_t i = 0; i < words; i++) {
        uintptr_t word = ((const uintptr_t *)from)[i] & ~STACK_TAG;
        if (word && count_one(found, (PyObject *)word) < 0)
            return -1;
    }
    return 0;
}

static Py_ssize_t code_number(PyObject *code, const char *name)
{
    PY_AUTO PyObject *value = code_get(code, name);
    return value ? PyLong_AsSsize_t(value) : -1;
}

/* Variables of closures that are no arguments have places of their own. -1 with an exception. */
static Py_ssize_t count_cells(PyObject *code)
{
    PY_AUTO PyObject *names = code_get(code, "co_varnames");
    PY_AUTO PyObject *cells = code_get(code, "co_cellvars");
    PY_AUTO PyObject *free = code_get(code, "co_freevars");
    Py_ssize_t count = 0;

    if (!names || !cells || !free)
        return -1;
    for (Py_ssize_t i = 0; i < PyTuple_Size(cells); i++) {
        int there = PySequence_Contains(names, PyTuple_GetItem(cells, i));
        if (there < 0)
            return -1;
        count += !there;
    }
    return count + PyTuple_Size(free);
}

/* How many of the `most` words from the local variables on are in use; all of them, if that is not known. */
static Py_ssize_t words_in_use(const char *frame, Py_ssize_t most)
{
    Py_ssize_t used = *(const int *)(frame + FRAME_STACK);

    if (layout.version >= 0x030e)
        used = (*(const intptr_t *)(frame + FRAME_STACK) - (intptr_t)frame - FRAME_LOCALS_314) / 8;
    return used >= 0 && used < most ? used : most;
}

static int count_stack(struct ptrmap *found, PyObject *frame, PyObject *code)
{
    if (layout.version < 0x030b)
        return count_words(found, word_at(frame, 16), (object_size(frame) - 16) / 8);
    const char *inner = frame_inner(frame);
    Py_ssize_t locals = code_number(code, "co_nlocals"), stack = code_number(code, "co_stacksize");
    Py_ssize_t cells = count_cells(code);
    Py_ssize_t head = (layout.version < 0x030e ? FRAME_LOCALS : FRAME_LOCALS_314) / 8;
    if (locals < 0 || stack < 0 || cells < 0)
        return -1;
    return count_words(found, inner, head + words_in_use(inner, locals + cells + stack));
}

/* C code that calls a function holds it meanwhile: a special method, above all. */
static int count_frame(PyObject *frame, PyObject *thread, void *arg)
{
    struct account *a = arg;
    PyObject *code = frame_code(frame);
    Py_ssize_t function = a->coded.used ? ptrmap_get(&a->coded, code) : -1;

    (void)thread;
    if (function >= 0 && count_one(&a->found, (PyObject *)(uintptr_t)function) < 0)
        return -1;
    return count_stack(&a->found, frame, code);
}

/* ---- the heap, once more: how often an object refers to its own class, the hits do not say ---- */

struct recount {
    struct ptrmap *found;
    PyObject *type;
    Py_ssize_t of_type;
};

static int recount_reference(PyObject *o, void *arg)
{
    struct recount *r = arg;

    r->of_type += o == r->type;
    return o == r->type ? 0 : count_one(r->found, o);
}

/* An instance holds its class; the traversal of its class shows that since 3.9. */
static int recount_holder(PyObject *o, void *arg)
{
    struct recount *r = arg;
    traverseproc traverse = *(traverseproc *)word_at(Py_TYPE(o), TYPE_TRAVERSE);

    r->type = (PyObject *)Py_TYPE(o);
    r->of_type = 0;
    if (traverse && traverse(o, recount_reference, r))
        return -1;
    if (layout.version < 0x0309 || r->of_type == 0)
        r->of_type++;
    for (Py_ssize_t n = ptrmap_get(r->found, r->type); n >= 0 && r->of_type > 0; r->of_type--)
        if (ptrmap_set(r->found, r->type, ++n) < 0)
            return -1;
    return 0;
}

static int recount(const struct plan *p, struct account *a)
{
    struct recount r = {.found = &a->found};

    for (size_t i = 0; a->found.mask && i <= a->found.mask; i++)
        if (a->found.slots[i].value > 0)
            a->found.slots[i].value = 0;
    return heap_each(&p->heap, recount_holder, &r) < 0 || count_ours(p, &a->found) < 0 ||
                   frames_each(p->frames, count_frame, a) < 0
               ? -1
               : 0;
}

/* ---- all of it ---- */

static int leave(struct plan *p, const struct ptrmap *found)
{
    for (size_t i = 0; found->mask && i <= found->mask; i++) {
        PyObject *o = (PyObject *)(uintptr_t)found->slots[i].key;
        if (!o || found->slots[i].value < 0)
            continue;
        const char *reason =
            is_removed(p, o) ? "still held by something that no traversal shows; no longer defined"
                             : "still held by something that no traversal shows, such as C code";
        if (plan_leave(p, o, o, reason) < 0)
            return -1;
    }
    return 0;
}

static int find(struct plan *p, const struct ptrlist *hits, struct account *a)
{
    if (choose(p, a) < 0 || count_ours(p, &a->found) < 0)
        return -1;
    for (Py_ssize_t i = 0; a->found.used && i < hits->count; i++)
        if (count_one(&a->found, hits->items[i].b) < 0)
            return -1;
    if (keep_short(&a->found) == 0)
        return 0;
    if (frames_each(p->frames, count_frame, a) < 0)
        return -1;
    if (keep_short(&a->found) == 0)
        return 0;
    if (recount(p, a) < 0)
        return -1;
    return keep_short(&a->found) ? leave(p, &a->found) : 0;
}

int plan_unseen(struct plan *p, const struct ptrlist *hits)
{
    struct account a = {0};
    int rc = find(p, hits, &a);

    ptrmap_free(&a.found);
    ptrmap_free(&a.coded);
    return rc;
}
