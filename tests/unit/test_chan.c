/* What the command takes back from the agent's queue, which the agent may be reading at the same time. */
#include "chan.h"
#include "check.h"

#include <sys/socket.h>
#include <unistd.h>

static struct chan chan;

static void send_one(enum wire_type type)
{
    CHECK(chan_send(&chan, type, "x", type == WIRE_REQUEST, 0, 0) == CHAN_READY);
}

/* Whether the permit counts as taken back, if of these messages the first `read` were read before. */
static bool taken_back(const enum wire_type *sent, unsigned n, unsigned read)
{
    char message[64];
    bool back;
    int ends[2];

    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
    chan = (struct chan){.socket = ends[0], .agent_end = ends[1], .pidfd = -1, .cancel_fd = -1};
    for (unsigned i = 0; i < n; i++)
        send_one(sent[i]);
    for (unsigned i = 0; i < read; i++)
        CHECK(recv(ends[1], message, sizeof(message), 0) > 0);
    back = chan_take_back(&chan);
    CHECK(recv(ends[1], message, sizeof(message), MSG_DONTWAIT) <
          0); /* nothing stays for the agent */
    close(ends[0]);
    close(ends[1]);
    return back;
}

static void test_what_is_left_decides(void)
{
    static const enum wire_type sent[] = {WIRE_REQUEST, WIRE_REQUEST, WIRE_PERMIT};

    CHECK(taken_back(sent, 3, 0));
    CHECK(taken_back(sent, 3, 1));
    CHECK(taken_back(sent, 3, 2));
    CHECK(!taken_back(sent, 3, 3));
}

/* The agent reads between the command's reads: it gets what comes after the request's first part, which it never
 * has then. */
static void test_the_agent_got_the_permit_without_the_request(void)
{
    static const enum wire_type sent[] = {WIRE_REQUEST};

    CHECK(taken_back(sent, 1, 0));
    CHECK(!taken_back(sent, 1, 1));
}

static void test_a_target_that_sends_itself_something(void)
{
    static const enum wire_type sent[] = {WIRE_REPLY, WIRE_HELLO};

    CHECK(!taken_back(sent, 2, 0));
}

int main(void)
{
    TEST(test_what_is_left_decides);
    TEST(test_the_agent_got_the_permit_without_the_request);
    TEST(test_a_target_that_sends_itself_something);
    return check_end();
}
