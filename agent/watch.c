#include "watch.h"
#include "gil.h"
#include "importing.h"
#include "rt.h"

#define LOOK_MS 20      /* how often the link is looked at */
#define AGAIN_MS 50     /* between two interruptions */
#define INTERRUPTIONS 4 /* before the import is given up */
#define LATE_MS 1000    /* between two interruptions of what was given up */

/* Raises in the worker what no code expects to have to handle. */
static void interrupt(struct reimport *r)
{
    r->interrupted = true;
    PyThreadState_SetAsyncExc(r->worker, PyExc_BaseException);
}

/* The nth time that the worker is found late. */
static void intervene(struct watch *watch, int n)
{
    struct gil gil;

    if (!gil_take(&gil))
        return;
    if (watch->at_work && watch->at_work->running) {
        interrupt(watch->at_work);
        if (n == INTERRUPTIONS && !watch->at_work->given_up) {
            agent_disown(watch->worker);
            import_give_up(watch->at_work);
        }
    }
    gil_release(&gil);
}

static void watch_work(void *arg)
{
    struct watch *watch = arg;
    int n = 0;

    rt_thread_name("reimport-watch");
    while (!watch->done) {
        if (n == 0 && (watch->link->permit_taken || link_open(watch->link))) {
            rt_await(&watch->done, LOOK_MS);
            continue;
        }
        intervene(watch, ++n);
        rt_await(&watch->done, n < INTERRUPTIONS ? AGAIN_MS : LATE_MS);
    }
    rt_wake(&watch->left);
}

void watch_start(struct watch *watch, struct serve_link *link)
{
    *watch = (struct watch){.link = link, .worker = rt_thread_id()};
    watch->started = agent_spawn(watch_work, watch);
}

void watch_stop(struct watch *watch)
{
    if (!watch->started)
        return;
    rt_wake(&watch->done);
    rt_await(&watch->left, -1);
}
