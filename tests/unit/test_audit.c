/* Records for the system log: which visits are due one, and that it stays one bounded line. */
#include "audit.h"
#include "check.h"

static bool due(const char *result, bool asked, struct options o)
{
    struct job job = {.asked = asked,
                      .report = result ? json_pack("{s:s}", "result", result) : NULL};
    bool is = audit_is_due(&job, &o);

    json_decref(job.report);
    return is;
}

static void test_due(void)
{
    struct options plain = {.op = "reimport"}, undo = {.op = "undo"}, status = {.op = "status"},
                   dry = {.op = "reimport", .dry_run = true};

    CHECK(due("reimported", true, plain));
    CHECK(due("reimported", true, undo));
    CHECK(due("failed", true, plain));
    CHECK(due("timeout", true, plain));
    CHECK(due("unknown", true, plain));
    CHECK(due(NULL, true, plain));
    CHECK(!due("unchanged", true, plain));
    CHECK(!due("unattachable", false, plain));
    CHECK(!due("timeout", false, plain));
    CHECK(!due("reimported", true, status));
    CHECK(!due("reimported", true, dry));
}

/* The part of a record after "pid=". */
static const char *record(char *to, size_t size, const struct job *job, const struct options *o)
{
    audit_record(to, size, job, o);
    CHECK(strlen(to) < size);
    const char *pid = strstr(to, "pid=");
    CHECK(pid != NULL);
    return pid ? pid : "";
}

static void test_many_modules(void)
{
    char text[AUDIT_MAX], name[32];
    struct options o = {.op = "reimport", .modified = true};
    struct job job = {.pid = 12,
                      .exe = "/bin/python",
                      .report = json_pack("{s:s, s:[]}", "result", "reimported", "modules")};

    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "module%d", i);
        json_array_append_new(json_object_get(job.report, "modules"),
                              json_pack("{s:s}", "name", name));
    }
    const char *all = record(text, sizeof(text), &job, &o);
    CHECK(strstr(all,
                 "op=modified result=reimported exe=\"/bin/python\" modules=\"module0,module1,"));
    CHECK(strlen(all) > 900);

    /* the names that are there and those that are counted are all of them */
    unsigned named = 0, more = 0;
    for (const char *at = all; (at = strstr(at, "module")); at += 6)
        named += at[6] >= '0' && at[6] <= '9';
    const char *plus = strchr(all, '+');
    CHECK(plus && sscanf(plus, "+%u more\"", &more) == 1);
    CHECK(named + more == 1000);
    json_decref(job.report);
}

static void test_every_size(void)
{
    char text[AUDIT_MAX];
    char *args[] = {"a.b", "c\n\"", "d"};
    struct options o = {.op = "reimport", .args = args, .arg_count = 3};
    struct job job = {.pid = 12};

    memset(job.exe, '\\', sizeof(job.exe) - 1);
    for (size_t size = 1; size <= sizeof(text); size++) {
        memset(text, 'x', sizeof(text));
        audit_record(text, size, &job, &o);
        CHECK(memchr(text, 0, size) != NULL);
        CHECK(strchr(text, '\n') == NULL);
    }
    CHECK(strstr(text, "result=unknown exe=\"...\" modules=\"a.b,c\\x0a\\x22,d\""));
}

int main(void)
{
    TEST(test_due);
    TEST(test_many_modules);
    TEST(test_every_size);
    return check_end();
}
