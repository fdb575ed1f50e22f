/* Matching code that goes by one name.
 *
 * Where a name has one definition on each side, the new follows the old. Where it has several on either:
 * equal code first, the nearest line where there is a choice; then, if as many are left on both sides, by
 * the order of lines; else by what only one on each side has: its parameters, or the place where it must
 * stand now, if the code before and after it has moved by as many lines; last, the only one that no later
 * definition replaces. What is still open stays unmatched: wrong code is worse than old code. */
#include "codegroup.h"

const char match_ambiguous[] =
    "the new source has other code of that name, and which of it belongs here cannot be told";

int side_add(struct side *side, struct item item)
{
    /* powers of two: 1, 2, 4 ... */
    if ((side->count & (side->count - 1)) == 0) {
        size_t room = side->count ? (size_t)side->count * 2 : 1;
        void *items = PyMem_RawRealloc(side->items, room * sizeof(*side->items));
        if (!items)
            return PyErr_NoMemory(), -1;
        side->items = items;
    }
    Py_ssize_t at = side->count++;
    for (; at > 0 && side->items[at - 1].line > item.line; at--)
        side->items[at] = side->items[at - 1];
    side->items[at] = item;
    side->open++;
    return 0;
}

void group_free(struct group *g)
{
    PyMem_RawFree(g->old.items);
    PyMem_RawFree(g->new.items);
    PyMem_RawFree(g->open_alike);
}

static int pair_items(const struct matching *m, struct group *g, struct item *old, struct item *new)
{
    PyObject *a = old->code, *b = new->code;

    old->moved = new->line - old->line;
    old->code = new->code = NULL;
    g->old.open--;
    g->new.open--;
    return m->pair(m->arg, a, b);
}

/* ---- equal code ---- */

/* Takes what the paired `item` tells, if it stands at least as near as what is known before `old`. */
static void look_back(struct item *old, const struct item *item)
{
    if (item && (!old->before.known || item->line >= old->before.line))
        old->before = (struct shift){true, item->line, item->moved};
}

static void look_ahead(struct item *old, const struct item *item)
{
    if (item && (!old->after.known || item->line <= old->after.line))
        old->after = (struct shift){true, item->line, item->moved};
}

/* The line where the old one must stand now. */
static long line_now(const struct item *old)
{
    const struct shift *shift = old->before.known ? &old->before : &old->after;
    return old->line + (shift->known ? shift->moved : 0);
}

/* The first item that stands on `line` or after it. */
static Py_ssize_t first_from(const struct side *side, long line)
{
    Py_ssize_t low = 0, high = side->count;

    while (low < high) {
        Py_ssize_t middle = low + (high - low) / 2;
        if (side->items[middle].line < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The open new item with the same code that stands nearest, or NULL. */
static struct item *nearest_equal(const struct group *g, const struct item *old)
{
    long line = line_now(old);
    Py_ssize_t above = first_from(&g->new, line) - 1, below = above + 1;

    if (g->open_alike[old->alike] == 0)
        return NULL;
    for (;;) {
        struct item *a = above >= 0 ? &g->new.items[above] : NULL;
        struct item *b = below < g->new.count ? &g->new.items[below] : NULL;
        struct item *nearer = a && (!b || line - a->line <= b->line - line) ? a : b;
        if (!nearer)
            return NULL;
        if (nearer->code && nearer->alike == old->alike)
            return nearer;
        above -= nearer == a;
        below += nearer == b;
    }
}

static int match_equal(const struct matching *m, struct group *g)
{
    const struct item *last = NULL;

    for (Py_ssize_t i = 0; i < g->old.count && g->new.open; i++) {
        struct item *old = &g->old.items[i];
        look_back(old, last);
        struct item *new = nearest_equal(g, old);
        if (!new)
            continue;
        g->open_alike[new->alike]--;
        if (pair_items(m, g, old, new) < 0)
            return -1;
        last = old;
    }
    return 0;
}

/* ---- code that was changed ---- */

static int match_in_order(const struct matching *m, struct group *g)
{
    for (Py_ssize_t i = 0, k = 0; g->old.open == g->new.open &&i < g->old.count; i++) {
        if (!g->old.items[i].code)
            continue;
        while (!g->new.items[k].code)
            k++;
        if (pair_items(m, g, &g->old.items[i], &g->new.items[k]) < 0)
            return -1;
    }
    return 0;
}

typedef bool (*item_fits)(const struct item *old, const struct item *new);

static bool same_parameters(const struct item *old, const struct item *new)
{
    return old->parameters == new->parameters;
}

/* There are not as many on both sides: only where nothing came or went between what stands before and
 * after can it be the same one that stands there. */
static bool in_place(const struct item *old, const struct item *new)
{
    return old->before.known && old->after.known && old->before.moved == old->after.moved &&
           new->line == old->line + old->before.moved &&same_parameters(old, new);
}

static bool not_shadowed(const struct item *old, const struct item *new)
{
    (void)old;
    return !new->shadowed;
}

/* The only open item of `others` that fits `item`; NULL if none or several do. */
static struct item *only_fit(const struct side *others, struct item *item, bool item_is_old,
                             item_fits fits)
{
    struct item *found = NULL;

    for (Py_ssize_t i = 0; i < others->count; i++) {
        struct item *other = &others->items[i];
        if (!other->code || !(item_is_old ? fits(item, other) : fits(other, item)))
            continue;
        if (found)
            return NULL;
        found = other;
    }
    return found;
}

/* What the partners that were found tell of those that are open. */
static void look_around(struct group *g)
{
    const struct item *last = NULL, *next = NULL;

    for (Py_ssize_t i = 0; i < g->old.count; i++) {
        struct item *old = &g->old.items[i];
        look_back(old, last);
        last = old->code ? last : old;
    }
    for (Py_ssize_t i = g->old.count - 1; i >= 0; i--) {
        struct item *old = &g->old.items[i];
        look_ahead(old, next);
        next = old->code ? next : old;
    }
}

/* Pairs the items that fit only each other. */
static int match_only(const struct matching *m, struct group *g, item_fits fits)
{
    look_around(g);
    for (Py_ssize_t i = 0; g->new.open &&i < g->old.count; i++) {
        struct item *old = &g->old.items[i];
        struct item *new = old->code ? only_fit(&g->new, old, true, fits) : NULL;
        if (new &&only_fit(&g->old, new, false, fits) == old && pair_items(m, g, old, new) < 0)
            return -1;
    }
    return 0;
}

int group_match(const struct matching *m, struct group *g)
{
    if (g->old.count == 0 || g->new.count == 0)
        return 0;
    if (g->old.count == 1 && g->new.count == 1)
        return match_in_order(m, g);
    if (group_number(g, m->shadowed) < 0 || match_equal(m, g) < 0 || match_in_order(m, g) < 0 ||
        match_only(m, g, same_parameters) < 0 || match_only(m, g, in_place) < 0)
        return -1;
    return m->shadowed ? match_only(m, g, not_shadowed) : 0;
}
