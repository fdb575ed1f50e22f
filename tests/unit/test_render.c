/* What a person reads, from stored reports: the usual ones, and ones that a hostile process wrote.
 */
#include "check.h"
#include "render.h"

static char *text;

static const char *render(const char *json, struct render_style style,
                          void (*put)(FILE *, const json_t *, const struct render_style *))
{
    size_t size;
    json_error_t error;
    json_t *report = json_loads(json, JSON_DECODE_ANY, &error);

    if (!report)
        fprintf(stderr, "%s: %s\n", error.text, json);
    CHECK(report != NULL);
    free(text);
    FILE *to = open_memstream(&text, &size);
    put(to, report, &style);
    fclose(to);
    json_decref(report);
    return text;
}

static const char *report_of(const char *json)
{
    return render(json, (struct render_style){0}, render_report);
}

static const char *error_of(const char *json)
{
    return render(json, (struct render_style){0}, render_error);
}

static const char done[] =
    "{\"pid\":4711,\"python\":\"3.11.7\",\"result\":\"reimported\",\"changed\":true,\"modules\":["
    "{\"name\":\"shop\",\"file\":\"/srv/shop/__init__.py\","
    "\"functions\":{\"updated\":[],\"added\":[],\"removed\":[]},"
    "\"classes\":{\"updated\":[],\"added\":[],\"removed\":[]},\"callback\":\"none\"},"
    "{\"name\":\"shop.handlers\",\"file\":\"/srv/shop/handlers.py\","
    "\"functions\":{\"updated\":[\"index\",\"Cart.add\"],\"added\":[\"total\"],\"removed\":[]},"
    "\"classes\":{\"updated\":[\"Cart\"],\"added\":[],\"removed\":[\"Old\"]},\"callback\":"
    "\"false\"}],"
    "\"references\":{\"switched\":5,\"removed\":1,\"left\":[{\"holder\":\"shop.cache._table\","
    "\"object\":\"shop.handlers.index\",\"reason\":\"held by a C library\"}]},"
    "\"stale\":[{\"kind\":\"frame\",\"thread\":\"MainThread\",\"function\":\"serve\","
    "\"file\":\"/srv/shop/handlers.py\",\"line\":41}],"
    "\"times_ms\":{\"stopped\":0.612,\"gil_wait\":5.1,\"import\":3.25,\"pause\":0.9,\"total\":14.0}"
    ","
    "\"error\":null}";

static void test_done(void)
{
    CHECK_TEXT(
        report_of(done),
        "PID 4711 (Python 3.11.7): 2 modules reimported\n"
        "  shop           no function or class changed\n"
        "  shop.handlers  2 functions updated, 1 added; 1 class updated, 1 removed\n"
        "    its __reimported__ returned false: the new module took its place as it is\n"
        "  5 references switched, 1 removed\n"
        "  1 reference could not be switched:\n"
        "    shop.cache._table  shop.handlers.index  held by a C library\n"
        "  1 place still runs old code:\n"
        "    serve  /srv/shop/handlers.py:41  frame in thread MainThread\n"
        "  ms: stopped 0.6, waited for the GIL 5.1, imported 3.2, paused 0.9, in all 14.0\n");
    CHECK_TEXT(error_of(done), "");
}

static void test_verbose(void)
{
    const char *got = render(done, (struct render_style){.verbose = true}, render_report);

    CHECK(strstr(got, "\n    /srv/shop/handlers.py\n") != NULL);
    CHECK(strstr(got, "\n    ~ Cart.add  function\n") != NULL);
    CHECK(strstr(got, "\n    + total  function\n") != NULL);
    CHECK(strstr(got, "\n    - Old  class\n") != NULL);
    CHECK(strchr(got, '\033') == NULL);
    got = render(done, (struct render_style){.colour = true}, render_report);
    CHECK(strstr(got, "\033[1mshop.handlers\033[0m") != NULL);
}

static void test_dry_run(void)
{
    struct render_style style = {.dry_run = true};

    CHECK_TEXT(render("{\"pid\":1,\"result\":\"unchanged\",\"modules\":[{\"name\":\"m\"}]}", style,
                      render_report),
               "PID 1: 1 module would be reimported; nothing was changed\n"
               "  m  compiles\n"
               "  ms: stopped 0.0, waited for the GIL 0.0, imported 0.0, paused 0.0, in all 0.0\n");
    CHECK_TEXT(report_of("{\"pid\":1,\"python\":null,\"result\":\"unchanged\",\"modules\":[]}"),
               "PID 1: nothing to do: what is loaded is what is on disk\n");
}

static void test_code_only(void)
{
    CHECK_TEXT(
        report_of("{\"pid\":1,\"result\":\"unchanged\",\"op\":\"code-only\","
                  "\"modules\":[{\"name\":\"m\",\"swapped\":0}]}"),
        "PID 1: no code changed; what else a source changes is told only where that is certain\n"
        "  m  no function or class changed\n"
        "  ms: stopped 0.0, waited for the GIL 0.0, imported 0.0, paused 0.0, in all 0.0\n");
    CHECK_TEXT(report_of("{\"pid\":1,\"result\":\"reimported\",\"op\":\"code-only\","
                         "\"modules\":[{\"name\":\"m\",\"swapped\":2,\"beyond\":[{\"what\":"
                         "\"constant\",\"name\":\"LIMIT\"},"
                         "{\"what\":\"new function\",\"name\":\"C.f\"}]}]}"),
               "PID 1: 1 module reimported, code only\n"
               "  m  new places in the source for 2 functions\n"
               "    its source has what swapping code cannot carry:\n"
               "      constant      LIMIT\n"
               "      new function  C.f\n"
               "  ms: stopped 0.0, waited for the GIL 0.0, imported 0.0, paused 0.0, in all 0.0\n");
}

static void test_long_lists(void)
{
    char json[4096] = "{\"pid\":1,\"result\":\"reimported\",\"stale\":[";
    struct render_style verbose = {.verbose = true};

    for (int i = 0; i < 12; i++)
        strcat(json, i ? ",{\"function\":\"f\"}" : "{\"function\":\"f\"}");
    strcat(json, "]}");
    CHECK(strstr(report_of(json), "12 places still run old code") != NULL);
    CHECK(strstr(text, "and 2 more; --verbose names them") != NULL);
    CHECK(strstr(render(json, verbose, render_report), "more;") == NULL);
}

static void test_errors(void)
{
    CHECK_TEXT(
        error_of("{\"pid\":9,\"result\":\"failed\",\"error\":{\"type\":\"SyntaxError\",\"message\":"
                 "\"'(' was never closed (shop.py, line 3)\",\"traceback\":"
                 "\"  File \\\"/srv/shop.py\\\", line 3\\n    def f(\\n         ^\\n"
                 "SyntaxError: '(' was never closed\\n\"}}"),
        "reimport: PID 9: SyntaxError: '(' was never closed (shop.py, line 3); nothing was "
        "changed; correct the source and run this again\n"
        "  File \"/srv/shop.py\", line 3\n    def f(\n         ^\n"
        "SyntaxError: '(' was never closed\n");
    CHECK_TEXT(report_of("{\"pid\":9,\"result\":\"failed\",\"error\":{\"type\":\"E\"}}"), "");
    CHECK_TEXT(error_of("{\"pid\":9,\"result\":\"unattachable\",\"error\":{\"type\":\"OSError\","
                        "\"message\":\"a zombie; leave it\",\"traceback\":null}}"),
               "reimport: PID 9: a zombie; leave it\n");
}

static void test_hostile(void)
{
    CHECK_TEXT(
        error_of(
            "{\"pid\":9,\"result\":\"failed\",\"error\":{\"type\":\"E\\u001b[2J\",\"message\":"
            "\"a\\nreimport: PID 1: done\",\"traceback\":\"x\\u001b]0;t\\u0007\\ny\\u202e\"}}"),
        "reimport: PID 9: E\\x1b[2J: a\\nreimport: PID 1: done; everything is as it was; mend "
        "the cause and run this again\nx\\x1b]0;t\\x07\ny\\u202e\n");
    CHECK_TEXT(
        report_of("{\"pid\":9,\"python\":\"3\\r\\u009b\",\"result\":\"reimported\",\"modules\":"
                  "[{\"name\":\"a\\u001b[31m\\n\",\"callback\":\"raised\","
                  "\"callback_error\":\"File\\n\\u001bc\\n\"}]}"),
        "PID 9 (Python 3\\x0d\\u009b): 1 module reimported\n"
        "  a\\x1b[31m\\n  no function or class changed\n"
        "    its __reimported__ raised: \\x1bc\n"
        "  ms: stopped 0.0, waited for the GIL 0.0, imported 0.0, paused 0.0, in all 0.0\n");
    /* Anything of any type, anywhere. */
    report_of("[]");
    error_of("[]");
    error_of("{\"error\":{\"type\":[],\"message\":{},\"traceback\":1}}");
    report_of(
        "{\"pid\":[],\"python\":{},\"result\":\"reimported\",\"modules\":{\"a\":1},\"references\":"
        "[1],\"stale\":\"x\",\"times_ms\":null}");
    report_of("{\"result\":\"reimported\",\"modules\":[1,null,[],{\"name\":1,\"functions\":[],"
              "\"classes\":"
              "{\"updated\":-5,\"added\":{}}}],\"references\":{\"switched\":\"x\",\"left\":[7]},"
              "\"stale\":[[],{\"thread\":{},\"line\":\"x\"}]}");
    render("{\"result\":\"reimported\",\"modules\":[{\"functions\":{\"updated\":[1,null]}}]}",
           (struct render_style){.verbose = true, .colour = true}, render_report);
}

int main(void)
{
    TEST(test_done);
    TEST(test_verbose);
    TEST(test_dry_run);
    TEST(test_code_only);
    TEST(test_long_lists);
    TEST(test_errors);
    TEST(test_hostile);
    free(text);
    return check_end();
}
