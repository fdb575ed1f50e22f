/* Which reason is given, and which way out, for each case in which the kernel refuses. */
#include "check.h"
#include "denied.h"

#define CAP_SYS_PTRACE (1ull << 19)
#define ROOT_CAPS 0x1ffffffffffull
#define DOCKER_CAPS 0xa80425fbull

static struct denied_facts facts(unsigned our_uid, unsigned its_uid)
{
    struct denied_facts f = {.same_user_namespace = true, .dumpable = true};

    f.target.pid = 1234;
    for (int i = 0; i < 3; i++) {
        f.us.uid[i] = f.us.gid[i] = our_uid;
        f.target.uid[i] = f.target.gid[i] = its_uid;
    }
    return f;
}

static void check_says(const struct denied_facts *f, const char *why, const char *next)
{
    struct err err = {0};

    CHECK(denied_explain(f, &err) == -1);
    CHECK(err.status == STATUS_UNATTACHABLE);
    if (!strstr(err.message, why) || !strstr(err.message, next))
        fprintf(stderr, "says: %s\n", err.message);
    CHECK(strstr(err.message, why) != NULL);
    CHECK(strstr(err.message, next) != NULL);
}

static void test_other_users(void)
{
    struct denied_facts f = facts(1000, 33);

    check_says(&f, "belongs to user 33 and you are user 1000", "sudo");
    f.yama_scope = 1; /* being that user is what matters first */
    check_says(&f, "belongs to user 33", "sudo -u '#33'");

    f = facts(1000, 1000);
    f.target.gid[1] = 5;
    check_says(&f, "runs with group 5", "sudo");

    f = facts(1000, 1000);
    f.target.uid[2] = 0; /* it can become root again */
    check_says(&f, "belongs to user", "sudo");
}

static void test_container_root(void)
{
    struct denied_facts f = facts(0, 33);

    f.us.effective = f.us.permitted = DOCKER_CAPS;
    check_says(&f, "root lacks CAP_SYS_PTRACE", "--cap-add=SYS_PTRACE");
    f = facts(0, 0);
    f.us.effective = f.us.permitted = DOCKER_CAPS;
    f.target.permitted = ROOT_CAPS;
    check_says(&f, "capabilities that you lack", "CAP_SYS_PTRACE");
}

static void test_yama(void)
{
    struct denied_facts f = facts(1000, 1000);

    f.yama_scope = 1;
    check_says(&f, "only a parent may attach", "sysctl kernel.yama.ptrace_scope=0");
    f.yama_scope = 2;
    check_says(&f, "only root may attach", "sudo");
    f.yama_scope = 3;
    check_says(&f, "nobody may attach", "boot");
    f.us.effective = CAP_SYS_PTRACE;
    check_says(&f, "Yama forbids", "boot");
}

static void test_same_user(void)
{
    struct denied_facts f = facts(1000, 1000);

    check_says(&f, "seccomp", "--cap-add=SYS_PTRACE");
    f.dumpable = false;
    check_says(&f, "not dumpable", "sudo");
    f.same_user_namespace = false;
    check_says(&f, "another user namespace", "on the host");
}

static void test_privileged(void)
{
    struct denied_facts f = facts(0, 33);

    f.us.effective = f.us.permitted = ROOT_CAPS;
    strcpy(f.label, "docker-default (enforce)");
    check_says(&f, "a security module", "docker-default (enforce)");
    f.us_in_user_namespace = true;
    check_says(&f, "of this user namespace", "nsenter --user --target 1234");
}

int main(void)
{
    TEST(test_other_users);
    TEST(test_container_root);
    TEST(test_yama);
    TEST(test_same_user);
    TEST(test_privileged);
    return check_end();
}
