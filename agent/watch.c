#include "watch.h"
#include "importing.h"
#include "rt.h"
#include "several.h"

#define LOOK_MS 20      /* how often the link is looked at */
#define AGAIN_MS 50     /* between two interruptions */
#define INTERRUPTIONS 4 /* before the import is given up */
#define LATE_MS 1000    /* between two interruptions of what was given up */
#define TURN_MS 5       /* Python's own switch interval */

/* What was done in other interpreters is told by the thread that does not return: so here, where the command is still
 * there for it, which cannot withdraw. The reply, or NULL. */
static uint8_t *last_word(const struct watch *watch, size_t *size)
{
    uint8_t *reply = watch->link->permit_taken ? several_given_up(size) : NULL;

    watch->link->told = reply != NULL;
    return reply;
}

/* When the command knows: finalizers may not return either. */
static void let_go(const struct watch *watch, struct import_rest *rest)
{
    struct inside in;

    if (!rest->finder || !inside_join(&in, watch->inside))
        return;
    import_let_go(rest);
    inside_leave(&in);
}

/* The nth time that the worker is found late. */
static void intervene(struct watch *watch, int n)
{
    struct inside in;
    struct import_rest rest = {0};
    uint8_t *reply = NULL;
    size_t size = 0;

    if (!inside_join(&in, watch->inside))
        return;
    if (watch->at_work && watch->at_work->running) {
        watch->at_work->interrupted = true;
        /* what no code expects to have to handle */
        inside_interrupt(&in, watch->at_work->worker, PyExc_BaseException);
        if (n >= INTERRUPTIONS && !watch->at_work->given_up) {
            agent_disown(watch->worker);
            reply = last_word(watch, &size);
            import_give_up(watch->at_work, &rest);
        }
    }
    inside_leave(&in);
    if (reply)
        link_send(watch->link, reply, size);
    PyMem_RawFree(reply);
    let_go(watch, &rest);
}

/* Lets the threads of other interpreters have their turn. */
static void take_turn(const struct watch *watch)
{
    struct inside in;

    if (inside_join(&in, watch->inside))
        inside_leave(&in);
}

static void watch_work(void *arg)
{
    struct watch *watch = arg;
    bool needs_turns = inside_needs_turns(watch->inside);
    int n = 0;

    rt_thread_name("reimport-watch");
    while (!watch->done) {
        if (n == 0 && (watch->permit || link_open(watch->link))) {
            rt_await(&watch->done, needs_turns ? TURN_MS : LOOK_MS);
            if (needs_turns && !watch->done)
                take_turn(watch);
            continue;
        }
        intervene(watch, ++n);
        rt_await(&watch->done, n < INTERRUPTIONS ? AGAIN_MS : LATE_MS);
    }
    rt_wake(&watch->left);
}

void watch_start(struct watch *watch, struct serve_link *link, const struct inside *inside)
{
    *watch = (struct watch){
        .link = link, .inside = inside, .worker = rt_thread_id(), .process = rt_process_id()};
    watch->started = agent_spawn(watch_work, watch);
}

void watch_stop(struct watch *watch)
{
    PyThreadState *state;

    /* not there in a process that the new top level has forked, which comes here, too */
    if (!watch->started || rt_process_id() != watch->process)
        return;
    state = PyEval_SaveThread();
    rt_wake(&watch->done);
    rt_await(&watch->left, -1);
    PyEval_RestoreThread(state);
}
