/* A reply of a hostile process, from its bytes to what a person or a script reads: cli/reply.c,
 * cli/outcome.c, cli/render.c, cli/text.c, cli/out.c.
 *
 *   input: style (1), reply */
#include "outcome.h"
#include "out.h"
#include "render.h"
#include "reply.h"

#include "clean.h"
#include "fuzz.h"
#include "mutate.h"

struct text {
    char *bytes;
    size_t n;
    FILE *to;
};

static void begin(struct text *text)
{
    text->to = open_memstream(&text->bytes, &text->n);
    REQUIRE(text->to != NULL);
}

static void end(struct text *text)
{
    REQUIRE(fclose(text->to) == 0);
}

static void check_text(const json_t *report, const struct render_style *style)
{
    struct text text;

    begin(&text);
    render_report(text.to, report, style);
    render_error(text.to, report, style);
    end(&text);
    REQUIRE(is_clean(text.bytes, text.n, style->colour ? CLEAN_COLOURS : CLEAN_LINES));
    free(text.bytes);
}

/* One line of printable ASCII, which means the same. */
static void check_json(const json_t *report)
{
    struct text text;
    json_t *again;

    begin(&text);
    out_json(text.to, report);
    end(&text);
    REQUIRE(text.n > 2 && text.bytes[text.n - 1] == '\n');
    for (size_t i = 0; i + 1 < text.n; i++)
        REQUIRE(text.bytes[i] >= ' ' && text.bytes[i] < 0x7f);
    again = json_loadb(text.bytes, text.n, JSON_ALLOW_NUL, NULL);
    REQUIRE(json_is_object(again) && json_object_size(again) == json_object_size(report));
    json_decref(again);
    free(text.bytes);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_value(data, size, max, seed, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const ops[] = {"reimport", "status", "undo", NULL};
    struct input input = {data, size};
    unsigned bits = (unsigned)take(&input, 1);
    struct render_style style = {
        .colour = bits & 1, .verbose = bits & 2, .dry_run = bits & 4, .op = ops[(bits >> 3) % 4]};
    struct session session = {.stopped_ms = 1};
    enum err_status status;
    struct err err = {0};
    json_t *replies = outcome_understand(input.at, input.left, &status, &err);
    size_t i;
    json_t *reply;

    REQUIRE((replies == NULL) == err_is_set(&err));
    REQUIRE(!replies || json_array_size(replies));
    json_array_foreach(replies, i, reply)
    {
        json_t *report = outcome_finish(json_incref(reply), &session, 1, 2);

        REQUIRE(json_is_object(json_object_get(report, "references")));
        check_text(report, &style);
        check_json(report);
        json_decref(report);
    }
    json_decref(replies);
    return 0;
}
