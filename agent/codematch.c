/* Matching live code with that of a new source.
 *
 * Only what live functions hold is known of the old source. Code nested in the code of a live function
 * is matched below its successor, by name; other code by its qualified name. Where one name has several
 * definitions, on either side, the rules of codegroup.c tell which follows which, or none. */
#include "codematch.h"
#include "layout.h"

const char match_not_in_source[] = "the new source has no code of that name";

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
    PY_AUTO PyObject *pa = code_parameters(a);
    PY_AUTO PyObject *pb = code_parameters(b);
    return pa && pb ? PyObject_RichCompareBool(pa, pb, Py_EQ) : -1;
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

/* ---- pairs ---- */

static int pair(struct match *m, PyObject *old, PyObject *new);

static int pair_found(void *arg, PyObject *old, PyObject *new)
{
    return pair(arg, old, new);
}

/* Those that a group left without a successor. */
static int mark_alone(void *arg, const struct group *g)
{
    struct match *m = arg;

    for (Py_ssize_t i = 0; i < g->old.count; i++) {
        PyObject *code = g->old.items[i].code;
        if (code && ptrmap_set(&m->seen, code, SEEN_ALONE) < 0)
            return -1;
    }
    return 0;
}

static struct matching matching_of(struct match *m)
{
    return (struct matching){
        .pair = pair_found, .done = mark_alone, .arg = m, .shadowed = m->shadowed};
}

static int match_nested(struct match *m, PyObject *old, PyObject *new)
{
    const struct matching matching = matching_of(m);
    struct ptrmap none = {0};

    return nested_match(&matching, old, new, &m->seen, &none);
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

/* What is known of live code `i`, if it is matched: false if it is not. */
static bool tell_shift(const struct match *m, Py_ssize_t i, struct shift *shift)
{
    const struct live_code *live = &m->lives[i];
    Py_ssize_t node =
        live->successor && !live->nested ? ptrmap_get(&m->tree->by_code, live->successor) : -1;

    if (node < 0)
        return false;
    *shift = (struct shift){true, live->line, m->tree->nodes[node].line - live->line};
    return true;
}

/* Notes at each item what is matched already of the code around it. */
static void look_around(const struct match *m, struct side *side)
{
    for (Py_ssize_t i = 0; i < side->count; i++) {
        struct item *item = &side->items[i];
        Py_ssize_t at = ptrmap_get(&m->by_code, item->code);
        for (Py_ssize_t k = at - 1; k >= 0 && !tell_shift(m, k, &item->before);)
            k--;
        for (Py_ssize_t k = at + 1; k < m->count && !tell_shift(m, k, &item->after);)
            k++;
    }
}

/* All functions of one qualified name that follow nothing yet. */
static int gather_nodes(struct match *m, struct side *side, PyObject *qualname)
{
    for (Py_ssize_t i = code_tree_find(m->tree, qualname); i >= 0; i = m->tree->nodes[i].next) {
        const struct code_node *node = &m->tree->nodes[i];
        if (node->function && !node->taken &&
            side_add(side, (struct item){.code = node->code, .line = node->line}) < 0)
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
        if (skip < 0 ||
            (!skip && side_add(side, (struct item){.code = live->code, .line = live->line}) < 0))
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
        const struct matching matching = matching_of(m);
        if (!alone)
            look_around(m, &g.old);
        rc = group_match(&matching, &g);
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

static int same_kind(PyObject *a, PyObject *b)
{
    return code_is_function(a) == code_is_function(b) ? attribute_same(a, b, "co_name") : 0;
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
