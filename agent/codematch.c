/* Matching live code with that of a new source.
 *
 * Only what live functions hold is known of the old source. Code nested in the code of a live function
 * is matched below its successor, by name; other code by its qualified name. Where one name has several
 * definitions, on either side: equal code first, the nearest line where there is a choice; then, if as
 * many are left on both sides, by the order of lines; else by what only one on each side has: its
 * parameters, or the place where it must stand now, told from its neighbours; last, the only one that
 * no later definition replaces. What is still open stays unmatched: wrong code is worse than old code. */
#include "codematch.h"
#include "layout.h"

const char match_not_in_source[] = "the new source has no code of that name";
const char match_ambiguous[] =
    "the new source has other code of that name, and which of it belongs here cannot be told";

static PyObject *code_of(PyObject *function)
{
    return *word_at(function, layout.function.code);
}

/* ---- comparing ---- */

static int attribute_same(PyObject *a, PyObject *b, const char *name)
{
    PY_AUTO PyObject *va = code_get(a, name);
    PY_AUTO PyObject *vb = code_get(b, name);
    return va && vb ? PyObject_RichCompareBool(va, vb, Py_EQ) : -1;
}

static int nested_identical(PyObject *a, PyObject *b)
{
    PY_AUTO PyObject *ca = code_get(a, "co_consts");
    PY_AUTO PyObject *cb = code_get(b, "co_consts");
    int same = ca && cb ? PyTuple_Size(ca) == PyTuple_Size(cb) : -1;

    for (Py_ssize_t i = 0; same == 1 && i < PyTuple_Size(ca); i++)
        if (Py_TYPE(PyTuple_GetItem(ca, i)) == &PyCode_Type)
            same = code_identical(PyTuple_GetItem(ca, i), PyTuple_GetItem(cb, i));
    return same;
}

int code_identical(PyObject *a, PyObject *b)
{
    int same = Py_TYPE(b) == &PyCode_Type ? PyObject_RichCompareBool(a, b, Py_EQ) : 0;

    if (same == 1)
        same = attribute_same(a, b, layout.version < 0x030a ? "co_lnotab" : "co_linetable");
    return same == 1 ? nested_identical(a, b) : same;
}

int code_same_parameters(PyObject *a, PyObject *b)
{
    static const char *const counts[] = {"co_argcount", "co_posonlyargcount", "co_kwonlyargcount"};
    Py_ssize_t n = 0;

    for (int i = 0; i < 3; i++) {
        long na = code_number(a, counts[i]), nb = code_number(b, counts[i]);
        if (na == -1 || nb == -1)
            return -1;
        if (na != nb)
            return 0;
        n += i == 1 ? 0 : na; /* the positional-only ones are among co_argcount */
    }
    PY_AUTO PyObject *va = code_get(a, "co_varnames");
    PY_AUTO PyObject *vb = code_get(b, "co_varnames");
    if (!va || !vb)
        return -1;
    for (Py_ssize_t i = 0; i < n; i++)
        if (PyUnicode_Compare(PyTuple_GetItem(va, i), PyTuple_GetItem(vb, i)) != 0)
            return 0;
    return 1;
}

/* ---- qualified names ---- */

/* functools.wraps() gives a function another qualified name than its code has. */
PyObject *live_qualname(PyObject *function)
{
    PyObject *noted = code_get(code_of(function), "co_qualname");
    PyObject *qualname = *word_at(function, layout.function.qualname);

    if (noted)
        return noted;
    PyErr_Clear();
    PY_AUTO PyObject *name = code_get(code_of(function), "co_name");
    if (!name || !qualname || !PyUnicode_Check(qualname))
        return NULL;
    if (PyUnicode_Compare(qualname, name) == 0)
        return py_new(qualname);
    PY_AUTO PyObject *end = PyUnicode_FromFormat(".%U", name);
    bool ends = end && PyUnicode_Tailmatch(qualname, end, 0, PY_SSIZE_T_MAX, 1) == 1;
    return ends ? py_new(qualname) : NULL;
}

/* ---- one group: all old and new code that goes by one name ---- */

struct item {
    PyObject *code; /* NULL once it has a partner */
    long line;
};

struct side {
    struct item *items; /* in the order of their lines */
    Py_ssize_t count, open;
};

struct group {
    struct side old, new;
    long before, after; /* by how many lines the neighbours before and after have moved */
};

static int side_add(struct side *side, PyObject *code, long line)
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
    for (; at > 0 && side->items[at - 1].line > line; at--)
        side->items[at] = side->items[at - 1];
    side->items[at] = (struct item){code, line};
    side->open++;
    return 0;
}

static void group_free(struct group *g)
{
    PyMem_RawFree(g->old.items);
    PyMem_RawFree(g->new.items);
}

static int pair(struct match *m, PyObject *old, PyObject *new);

static int pair_items(struct match *m, struct group *g, struct item *old, struct item *new)
{
    PyObject *a = old->code, *b = new->code;

    old->code = new->code = NULL;
    g->old.open--;
    g->new.open--;
    return pair(m, a, b);
}

static long distance(const struct group *g, const struct item *old, const struct item *new)
{
    long d = new->line - old->line - g->before;
    return d < 0 ? -d : d;
}

/* The open new item with the same code that stands nearest to where the old one must stand now. */
static int nearest_equal(const struct group *g, const struct item *old, struct item **found)
{
    *found = NULL;
    for (Py_ssize_t i = 0; i < g->new.count; i++) {
        struct item *new = &g->new.items[i];
        if (!new->code || (*found && distance(g, old, new) >= distance(g, old, *found)))
            continue;
        int same = code_same(old->code, new->code);
        if (same < 0)
            return -1;
        if (same)
            *found = new;
    }
    return 0;
}

static int match_equal(struct match *m, struct group *g)
{
    for (Py_ssize_t i = 0; i < g->old.count && g->new.open; i++) {
        struct item *old = &g->old.items[i], *new = NULL;
        if (!old->code)
            continue;
        if (nearest_equal(g, old, &new) < 0 || (new &&pair_items(m, g, old, new) < 0))
            return -1;
    }
    return 0;
}

static int match_in_order(struct match *m, struct group *g)
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

typedef int (*item_fits)(const struct match *m, const struct group *g, const struct item *old,
                         const struct item *new);

static int same_parameters(const struct match *m, const struct group *g, const struct item *old,
                           const struct item *new)
{
    (void)m;
    (void)g;
    return code_same_parameters(old->code, new->code);
}

static int in_place(const struct match *m, const struct group *g, const struct item *old,
                    const struct item *new)
{
    if (new->line != old->line + g->before &&new->line != old->line + g->after)
        return 0;
    return same_parameters(m, g, old, new);
}

static int not_shadowed(const struct match *m, const struct group *g, const struct item *old,
                        const struct item *new)
{
    (void)g;
    (void)old;
    if (!m->shadowed)
        return 0;
    PY_AUTO PyObject *line = PyLong_FromLong(new->line);
    int shadowed = line ? PySet_Contains(m->shadowed, line) : -1;
    return shadowed < 0 ? -1 : !shadowed;
}

/* The only open item on the other side that fits `item`; NULL if none or several do. */
static int only_fit(const struct match *m, const struct group *g, struct item *item,
                    bool item_is_old, item_fits fits, struct item **found)
{
    const struct side *others = item_is_old ? &g->new : &g->old;

    *found = NULL;
    for (Py_ssize_t i = 0; i < others->count; i++) {
        struct item *other = &others->items[i];
        int yes = !other->code  ? 0
                  : item_is_old ? fits(m, g, item, other)
                                : fits(m, g, other, item);
        if (yes < 0)
            return -1;
        if (yes && *found) {
            *found = NULL;
            return 0;
        }
        if (yes)
            *found = other;
    }
    return 0;
}

/* Pairs the items that fit only each other. */
static int match_only(struct match *m, struct group *g, item_fits fits)
{
    for (Py_ssize_t i = 0; g->new.open &&i < g->old.count; i++) {
        struct item *old = &g->old.items[i], *new = NULL, *back = NULL;
        if (!old->code)
            continue;
        if (only_fit(m, g, old, true, fits, &new) < 0 ||
            (new &&only_fit(m, g, new, false, fits, &back) < 0) ||
            (new &&back == old &&pair_items(m, g, old, new) < 0))
            return -1;
    }
    return 0;
}

static int match_group(struct match *m, struct group *g)
{
    static const item_fits rules[] = {same_parameters, in_place, not_shadowed};

    if (g->old.count == 1 && g->new.count == 1)
        return match_in_order(m, g);
    if (match_equal(m, g) < 0 || match_in_order(m, g) < 0)
        return -1;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        if (match_only(m, g, rules[i]) < 0)
            return -1;
    return 0;
}

/* ---- code nested in matched code ---- */

static int same_kind(PyObject *a, PyObject *b)
{
    return code_is_function(a) == code_is_function(b) ? attribute_same(a, b, "co_name") : 0;
}

/* Adds the code objects among `consts` that are of the kind and name of `like`, from `from` on. */
static int gather(struct side *side, PyObject *consts, Py_ssize_t from, PyObject *like,
                  const struct ptrmap *skip)
{
    for (Py_ssize_t i = from; i < PyTuple_Size(consts); i++) {
        PyObject *code = PyTuple_GetItem(consts, i);
        int fits =
            Py_TYPE(code) != &PyCode_Type || ptrmap_has(skip, code) ? 0 : same_kind(code, like);
        if (fits < 0 || (fits && side_add(side, code, code_number(code, "co_firstlineno")) < 0))
            return -1;
    }
    return 0;
}

/* Those that the group left without a successor. */
static int mark_alone(struct match *m, const struct side *side)
{
    for (Py_ssize_t i = 0; i < side->count; i++)
        if (side->items[i].code && ptrmap_set(&m->seen, side->items[i].code, SEEN_ALONE) < 0)
            return -1;
    return 0;
}

static int match_nested(struct match *m, PyObject *old, PyObject *new)
{
    PY_AUTO PyObject *old_consts = code_get(old, "co_consts");
    PY_AUTO PyObject *new_consts = code_get(new, "co_consts");
    long moved = code_number(new, "co_firstlineno") - code_number(old, "co_firstlineno");
    struct ptrmap none = {0};
    int rc = old_consts && new_consts && !PyErr_Occurred() ? 0 : -1;

    for (Py_ssize_t i = 0; rc == 0 && i < PyTuple_Size(old_consts); i++) {
        PyObject *child = PyTuple_GetItem(old_consts, i);
        struct group g = {.before = moved, .after = moved};
        if (Py_TYPE(child) != &PyCode_Type || ptrmap_has(&m->seen, child))
            continue;
        rc = gather(&g.old, old_consts, i, child, &m->seen);
        if (rc == 0)
            rc = gather(&g.new, new_consts, 0, child, &none);
        if (rc == 0)
            rc = match_group(m, &g);
        if (rc == 0)
            rc = mark_alone(m, &g.old);
        group_free(&g);
    }
    return rc;
}

/* types.coroutine() sets this flag in the code of the generator function that it decorates. */
#define CO_GENERATOR 0x20
#define CO_ITERABLE_COROUTINE 0x100

/* What `old` was made into after it was compiled is made of `new`, too. Borrowed. */
static PyObject *as_decorated(struct match *m, PyObject *old, PyObject *new)
{
    long was = code_number(old, "co_flags"), is = code_number(new, "co_flags");
    Py_ssize_t node = ptrmap_get(&m->tree->by_code, new);

    if (!(was & CO_ITERABLE_COROUTINE) || !(is & CO_GENERATOR) || (is & CO_ITERABLE_COROUTINE))
        return PyErr_Occurred() ? NULL : new;
    if (!m->made && !(m->made = PyList_New(0)))
        return NULL;
    PY_AUTO PyObject *replace = code_get(new, "replace");
    PY_AUTO PyObject *none = PyTuple_New(0);
    PY_AUTO PyObject *flags = PyDict_New();
    PY_AUTO PyObject *value = PyLong_FromLong(is | CO_ITERABLE_COROUTINE);
    if (!replace || !none || !flags || !value || PyDict_SetItemString(flags, "co_flags", value) < 0)
        return NULL;
    PY_AUTO PyObject *made = PyObject_Call(replace, none, flags);
    if (!made || PyList_Append(m->made, made) < 0 || ptrmap_set(&m->tree->by_code, made, node) < 0)
        return NULL;
    return made; /* the list keeps it */
}

static int note_difference(struct match *m, PyObject *old, PyObject *new)
{
    struct code_node *node = &m->tree->nodes[ptrmap_get(&m->tree->by_code, new)];
    int same = code_same(old, new), closure = attribute_same(old, new, "co_freevars");
    int parameters = code_same_parameters(old, new);

    if (same < 0 || closure < 0 || parameters < 0)
        return -1;
    node->changed = node->changed || !same;
    node->other_closure = node->other_closure || !closure;
    node->other_parameters = node->other_parameters || !parameters;
    return codes_note(m->codes, old, new);
}

/* `new` follows `old`, and so on below. */
static int pair(struct match *m, PyObject *old, PyObject *new)
{
    PyObject *successor = as_decorated(m, old, new);
    Py_ssize_t live = ptrmap_get(&m->by_code, old);
    int same = !successor ? -1 : old == successor ? 1 : code_identical(old, successor);

    if (same < 0 || ptrmap_set(&m->seen, old, SEEN_MATCHED) < 0)
        return -1;
    m->tree->nodes[ptrmap_get(&m->tree->by_code, new)].taken = true;
    if (live >= 0)
        m->lives[live].successor = successor;
    if (!same && !codes_successor(m->codes, old) && note_difference(m, old, successor) < 0)
        return -1;
    return old == new ? 0 : match_nested(m, old, new);
}

/* ---- live functions ---- */

int match_add(struct match *m, PyObject *function)
{
    PyObject *code = code_of(function);

    if (ptrmap_has(&m->by_code, code))
        return 0;
    void *lives = array_grown(m->lives, m->count, &m->room, 64, sizeof(*m->lives));
    if (!lives)
        return PyErr_NoMemory(), -1;
    m->lives = lives;
    long line = code_number(code, "co_firstlineno");
    PY_AUTO PyObject *qualname = live_qualname(function);
    if (PyErr_Occurred() || ptrmap_set(&m->by_code, code, m->count) < 0)
        return -1;
    m->lives[m->count++] = (struct live_code){.code = code,
                                              .function = function,
                                              .qualname = py_steal(&qualname),
                                              .line = line,
                                              .next = -1};
    m->added++;
    return 0;
}

void match_free(struct match *m)
{
    for (Py_ssize_t i = 0; i < m->count; i++)
        Py_DecRef(m->lives[i].qualname);
    PyMem_RawFree(m->lives);
    ptrmap_free(&m->by_code);
    ptrmap_free(&m->seen);
    py_clear(&m->made);
    *m = (struct match){0};
}

/* Shell's sort: no memory, and short enough. */
static void sort_by_line(struct match *m)
{
    static const Py_ssize_t gaps[] = {1750, 701, 301, 132, 57, 23, 10, 4, 1};

    for (size_t g = 0; g < sizeof(gaps) / sizeof(gaps[0]); g++)
        for (Py_ssize_t i = gaps[g]; i < m->count; i++) {
            struct live_code here = m->lives[i];
            Py_ssize_t at = i;
            for (; at >= gaps[g] && m->lives[at - gaps[g]].line > here.line; at -= gaps[g])
                m->lives[at] = m->lives[at - gaps[g]];
            m->lives[at] = here;
        }
}

static int index_lives(struct match *m)
{
    sort_by_line(m);
    for (Py_ssize_t i = 0; i < m->count; i++)
        if (ptrmap_set(&m->by_code, m->lives[i].code, i) < 0)
            return -1;
    return 0;
}

static int note_nested(struct match *m, struct ptrmap *visited, PyObject *code)
{
    PY_AUTO PyObject *consts = code_get(code, "co_consts");
    int rc = consts ? 0 : -1;

    for (Py_ssize_t i = 0; rc == 0 && i < PyTuple_Size(consts); i++) {
        PyObject *child = PyTuple_GetItem(consts, i);
        Py_ssize_t live = ptrmap_get(&m->by_code, child);
        if (Py_TYPE(child) != &PyCode_Type || ptrmap_has(visited, child))
            continue;
        if (live >= 0)
            m->lives[live].nested = true;
        rc = ptrmap_set(visited, child, 1) < 0 ? -1 : note_nested(m, visited, child);
    }
    return rc;
}

static int find_nested(struct match *m)
{
    struct ptrmap visited = {0};
    int rc = 0;

    for (Py_ssize_t i = 0; rc == 0 && i < m->count; i++)
        rc = note_nested(m, &visited, m->lives[i].code);
    ptrmap_free(&visited);
    return rc;
}

/* Chains of one qualified name among the code that is not nested: dict, name -> index of the first. */
static PyObject *chain_lives(struct match *m)
{
    PY_AUTO PyObject *heads = PyDict_New();

    for (Py_ssize_t i = m->count - 1; heads && i >= 0; i--) {
        struct live_code *live = &m->lives[i];
        if (live->nested || !live->qualname)
            continue;
        PyObject *next = PyDict_GetItemWithError(heads, live->qualname);
        PY_AUTO PyObject *index = PyLong_FromSsize_t(i);
        live->next = next ? PyLong_AsSsize_t(next) : -1;
        if (!index || PyDict_SetItem(heads, live->qualname, index) < 0)
            return NULL;
    }
    return py_steal(&heads);
}

/* By how many lines the code around line `line` has moved: told by what is matched already. */
static void neighbours(const struct match *m, long line, long *before, long *after)
{
    const struct live_code *previous = NULL, *following = NULL;

    for (Py_ssize_t i = 0; i < m->count && !following; i++) {
        const struct live_code *live = &m->lives[i];
        Py_ssize_t node =
            live->successor && !live->nested ? ptrmap_get(&m->tree->by_code, live->successor) : -1;
        if (node < 0)
            continue;
        if (live->line < line)
            previous = live;
        else
            following = live;
    }
    if (!previous)
        previous = following;
    if (!following)
        following = previous;
    *before = *after = 0;
    if (previous) {
        *before = m->tree->nodes[ptrmap_get(&m->tree->by_code, previous->successor)].line -
                  previous->line;
        *after = m->tree->nodes[ptrmap_get(&m->tree->by_code, following->successor)].line -
                 following->line;
    }
}

/* All functions of one qualified name that follow nothing yet. */
static int gather_nodes(struct match *m, struct side *side, PyObject *qualname)
{
    for (Py_ssize_t i = code_tree_find(m->tree, qualname); i >= 0; i = m->tree->nodes[i].next) {
        const struct code_node *node = &m->tree->nodes[i];
        if (node->function && !node->taken && side_add(side, node->code, node->line) < 0)
            return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* True if `code` is there already, from another run of the same source. */
static int is_repeated(const struct side *side, PyObject *code, long line)
{
    int same = 0;

    for (Py_ssize_t i = 0; same == 0 && i < side->count; i++)
        if (side->items[i].line == line)
            same = code_identical(side->items[i].code, code);
    return same;
}

static int gather_lives(struct match *m, struct side *side, Py_ssize_t head)
{
    for (Py_ssize_t i = head; i >= 0; i = m->lives[i].next) {
        const struct live_code *live = &m->lives[i];
        int skip = ptrmap_has(&m->seen, live->code) ? 1 : is_repeated(side, live->code, live->line);
        if (skip < 0 || (!skip && side_add(side, live->code, live->line) < 0))
            return -1;
    }
    return 0;
}

/* The chain that begins with live code `head`, if it has one member on each side, or if not. */
static int match_chain(struct match *m, Py_ssize_t head, bool alone)
{
    struct group g = {0};
    int rc = gather_lives(m, &g.old, head);

    if (rc == 0)
        rc = gather_nodes(m, &g.new, m->lives[head].qualname);
    if (rc == 0 && (g.old.count == 1 && g.new.count == 1) == alone) {
        neighbours(m, m->lives[head].line, &g.before, &g.after);
        rc = match_group(m, &g);
    }
    group_free(&g);
    return rc;
}

/* Both rounds: what is clear helps to tell the rest. */
static int match_chains(struct match *m)
{
    PY_AUTO PyObject *heads = chain_lives(m);
    int rc = heads ? 0 : -1;

    for (int round = 0; round < 2; round++) {
        PyObject *name, *index;
        Py_ssize_t at = 0;
        while (rc == 0 && PyDict_Next(heads, &at, &name, &index))
            rc = match_chain(m, PyLong_AsSsize_t(index), round == 0);
    }
    return rc;
}

/* Follows the partner of the same code from another run of the source. */
static int match_repeated(struct match *m, struct live_code *live)
{
    for (Py_ssize_t i = 0; i < m->count; i++) {
        const struct live_code *other = &m->lives[i];
        if (other->line != live->line || !other->successor)
            continue;
        int same = code_same(other->code, live->code);
        if (same)
            return same < 0 ? -1 : pair(m, live->code, other->successor);
    }
    return 0;
}

/* Code whose qualified name cannot be told (before 3.11), or whose surroundings were not matched: only
 * if there is one definition alone that it can belong to. */
static int match_lone(struct match *m, struct live_code *live)
{
    PyObject *only = NULL;
    Py_ssize_t fitting = 0;

    for (Py_ssize_t i = 0; i < m->tree->count; i++) {
        const struct code_node *node = &m->tree->nodes[i];
        int fits = !node->function || node->taken ? 0 : same_kind(node->code, live->code);
        if (fits == 1 && live->qualname)
            fits = PyUnicode_Compare(node->qualname, live->qualname) == 0;
        if (fits < 0)
            return -1;
        fitting += fits;
        only = fits ? node->code : only;
    }
    int same = fitting == 1 ? code_same_parameters(live->code, only) : 0;
    if (same)
        return same < 0 ? -1 : pair(m, live->code, only);
    live->reason = fitting ? match_ambiguous : match_not_in_source;
    return 0;
}

static bool is_open(const struct match *m, const struct live_code *live)
{
    return !live->successor && !ptrmap_has(&m->seen, live->code);
}

/* Why it has no successor, if it has none: the new source may have code of its name, or not. */
static void give_reason(const struct match *m, struct live_code *live)
{
    bool named = live->qualname && code_tree_find(m->tree, live->qualname) >= 0;

    if (!live->successor && ptrmap_get(&m->seen, live->code) == SEEN_MATCHED)
        live->reason = NULL; /* it is the same, or was matched as part of another */
    else if (!live->successor)
        live->reason =
            named || live->reason == match_ambiguous ? match_ambiguous : match_not_in_source;
}

int match_all(struct match *m)
{
    m->added = 0;
    if (index_lives(m) < 0 || find_nested(m) < 0 || match_chains(m) < 0)
        return -1;
    for (int round = 0; round < 2; round++)
        for (Py_ssize_t i = 0; i < m->count; i++) {
            struct live_code *live = &m->lives[i];
            bool lone = round == 1 && (live->nested || !live->qualname);
            if ((is_open(m, live) && match_repeated(m, live) < 0) ||
                (is_open(m, live) && lone && match_lone(m, live) < 0))
                return -1;
        }
    for (Py_ssize_t i = 0; i < m->count; i++)
        give_reason(m, &m->lives[i]);
    return 0;
}
