/* Replies of a process that may be hostile. */
#include "check.h"
#include "reply.h"
#include "wire.h"

static uint8_t buffer[1 << 20];
static struct wire_out out;

static void start(void)
{
    out = (struct wire_out){.buf = buffer, .cap = sizeof(buffer)};
}

static void put(const char *s)
{
    wire_put_string(&out, s, strlen(s));
}

/* The buffer decoded and written as JSON, or what is wrong with it. */
static const char *decoded_bytes(size_t n)
{
    static char *text;
    const char *why;
    json_t *json = reply_decode(buffer, n, &why);

    free(text);
    text = json ? json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY) : strdup(why);
    json_decref(json);
    return text;
}

static const char *decoded(void)
{
    return decoded_bytes(out.len);
}

static void test_values(void)
{
    start();
    wire_put_map(&out, 6);
    put("null"), wire_put_null(&out);
    put("true"), wire_put_bool(&out, true);
    put("int"), wire_put_int(&out, INT64_MIN);
    put("float"), wire_put_float(&out, 0.5);
    put("list"), wire_put_list(&out, 2), put("a"), wire_put_map(&out, 0);
    put("text"), wire_put_string(&out, "a\0b\xff\xc3\xaf", 6);
    CHECK_TEXT(decoded(), "{\"null\":null,\"true\":true,\"int\":-9223372036854775808,\"float\":0.5,"
                          "\"list\":[\"a\",{}],\"text\":\"a\\u0000b\xef\xbf\xbd\xc3\xaf\"}");
    /* Every prefix of it is refused, and is read no further than its end. */
    for (size_t n = 0; n < out.len; n++) {
        uint8_t *exact = malloc(n ? n : 1);
        const char *why = NULL;
        memcpy(exact, buffer, n);
        json_t *json = reply_decode(exact, n, &why);
        CHECK(!json && why);
        json_decref(json);
        free(exact);
    }
    wire_put_null(&out);
    CHECK_TEXT(decoded(), "malformed"); /* something behind the end */
}

static void test_floats(void)
{
    start();
    wire_put_list(&out, 3);
    wire_put_float(&out, __builtin_nan(""));
    wire_put_float(&out, __builtin_inf());
    wire_put_float(&out, -0.25);
    CHECK_TEXT(decoded(), "[null,null,-0.25]");
}

static void test_keys(void)
{
    start();
    wire_put_map(&out, 1);
    wire_put_int(&out, 1), wire_put_null(&out);
    CHECK_TEXT(decoded(), "a key is not a string");

    start();
    wire_put_map(&out, 1);
    wire_put_string(&out, "a\0b", 3), wire_put_null(&out);
    CHECK_TEXT(decoded(), "a key with a zero in it");

    start();
    wire_put_map(&out, 2);
    wire_put_string(&out, "k\xff", 2), wire_put_int(&out, 1);
    wire_put_string(&out, "k\xfe", 2), wire_put_int(&out, 2);
    CHECK_TEXT(decoded(), "{\"k\xef\xbf\xbd\":2}");
}

static void test_depth(void)
{
    for (int depth = WIRE_DEPTH_MAX - 1; depth <= WIRE_DEPTH_MAX; depth++) {
        start();
        for (int i = 0; i < depth; i++)
            wire_put_list(&out, 1);
        wire_put_null(&out);
        CHECK((strcmp(decoded(), "nested too deeply") == 0) == (depth == WIRE_DEPTH_MAX));
    }
}

static void test_sizes(void)
{
    const char *why;
    uint8_t *many;

    start();
    wire_put_list(&out, UINT32_MAX); /* says more than there is */
    CHECK_TEXT(decoded(), "malformed");
    CHECK(!reply_decode(buffer, (size_t)WIRE_VALUE_MAX + 1, &why));
    CHECK_TEXT(why, "too long");

    many = malloc(2 * REPLY_ITEMS_MAX);
    out = (struct wire_out){.buf = many, .cap = 2 * REPLY_ITEMS_MAX};
    wire_put_list(&out, REPLY_ITEMS_MAX);
    for (unsigned i = 0; i < REPLY_ITEMS_MAX; i++)
        wire_put_null(&out);
    CHECK(!reply_decode(many, out.len, &why));
    CHECK_TEXT(why, "too many items");
    free(many);
}

/* Random damage to a good reply: whatever comes out, nothing breaks (run it under a sanitizer). */
static void test_damage(void)
{
    uint8_t good[256];
    size_t n;

    start();
    wire_put_map(&out, 2);
    put("modules"), wire_put_list(&out, 2), put("a"), put("b");
    put("times"), wire_put_map(&out, 1), put("x"), wire_put_float(&out, 1.5);
    n = out.len;
    memcpy(good, buffer, n);
    srand(1);
    for (int i = 0; i < 20000; i++) {
        memcpy(buffer, good, n);
        for (int j = rand() % 4; j >= 0; j--)
            buffer[(size_t)rand() % n] = (uint8_t)rand();
        CHECK(*decoded_bytes(n) != '\0');
    }
}

int main(void)
{
    TEST(test_values);
    TEST(test_floats);
    TEST(test_keys);
    TEST(test_depth);
    TEST(test_sizes);
    TEST(test_damage);
    return check_end();
}
