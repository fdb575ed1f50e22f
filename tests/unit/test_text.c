/* Foreign text on its way to a terminal: every way to break out of a line, or to look like
 * something else, ends as an escape. */
#include "check.h"
#include "text.h"
#include "utf8.h"

static const char *put(const char *s, size_t n, enum text_form form)
{
    static char *text;
    size_t size;

    free(text);
    FILE *to = open_memstream(&text, &size);
    text_put(to, s, n, form);
    fclose(to);
    return text;
}

static const char *line(const char *s)
{
    return put(s, strlen(s), TEXT_LINE);
}

static void test_plain(void)
{
    CHECK_TEXT(line("shop.handlers"), "shop.handlers");
    CHECK_TEXT(line("na\xc3\xafve \xe2\x82\xac \xf0\x9f\x90\x8d"),
               "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x90\x8d");
    CHECK_TEXT(put("", 0, TEXT_LINE), "");
}

static void test_controls(void)
{
    CHECK_TEXT(line("\033[2Jx"), "\\x1b[2Jx");
    CHECK_TEXT(line("a\nreimport: PID 1: forged"), "a\\nreimport: PID 1: forged");
    CHECK_TEXT(line("a\tb\rc\ad\x7f"), "a\\tb\\x0dc\\x07d\\x7f");
    CHECK_TEXT(put("a\0b", 3, TEXT_LINE), "a\\x00b");
    CHECK_TEXT(put("a\n\tb\r\033", 6, TEXT_BLOCK), "a\n\tb\\x0d\\x1b");
    CHECK_TEXT(line("\xc2\x9b"
                    "31m"),
               "\\u009b31m"); /* CSI in one character */
}

static void test_look(void)
{
    CHECK_TEXT(line("a\xe2\x80\xae"
                    "b"),
               "a\\u202eb");
    CHECK_TEXT(line("\xe2\x81\xa6\xe2\x80\x8b\xef\xbb\xbf"), "\\u2066\\u200b\\ufeff");
    CHECK_TEXT(line("\xe2\x80\xa8\xf3\xa0\x81\x81"), "\\u2028\\U000e0041");
}

static void test_not_utf8(void)
{
    CHECK_TEXT(line("\xff\xc3"), "\\xff\\xc3");
    CHECK_TEXT(line("\xc0\x80"), "\\xc0\\x80");                   /* overlong NUL */
    CHECK_TEXT(line("\xed\xa0\x80"), "\\xed\\xa0\\x80");          /* a surrogate */
    CHECK_TEXT(line("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80"); /* above U+10FFFF */
    CHECK_TEXT(line("\x9b"
                    "31m"),
               "\\x9b31m"); /* a bare C1 byte */
}

static void test_round_trip(void)
{
    char bytes[4];
    size_t length;
    bool all = true;

    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        if (code >= 0xd800 && code <= 0xdfff)
            continue;
        size_t n = utf8_put(code, bytes);
        all = all && utf8_get(bytes, n, &length) == code && length == n;
        all = all && (n == 1 || utf8_get(bytes, n - 1, &length) == UTF8_BAD);
    }
    CHECK(all);
}

static void test_cut(void)
{
    char to[8];

    CHECK_TEXT(text_line(to, sizeof(to), "abcdefghij"), "abcdefg");
    CHECK_TEXT(text_line(to, sizeof(to), "abcde\033"), "abcde"); /* an escape is not cut in two */
    CHECK(text_width("a\033\xc3\xaf", 4) == 6);
}

static void test_colour(void)
{
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
    CHECK(!text_wants_colour(-1));
    CHECK_TEXT(text_begin(false, STYLE_BAD), "");
    CHECK_TEXT(text_end(false), "");
    CHECK_TEXT(text_begin(true, STYLE_BAD), "\033[31m");
}

int main(void)
{
    TEST(test_plain);
    TEST(test_controls);
    TEST(test_look);
    TEST(test_not_utf8);
    TEST(test_round_trip);
    TEST(test_cut);
    TEST(test_colour);
    return check_end();
}
