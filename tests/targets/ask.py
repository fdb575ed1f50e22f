"""A target that is asked questions. Run with -u or not: it writes to descriptor 1 itself.

Prints "ready" when it serves. Then each line of standard input is an expression or statements;
each answer is one line: "= repr", "= " for statements, or "! Type: message". It ends at the end of
its input, so it never outlives the test. Its main thread waits in read(2) between questions.
Arguments: directories to put first on sys.path. Imports nothing that an interpreter has not loaded
when it starts."""

import os
import sys

sys.path[:0] = sys.argv[1:]
space = {"__name__": "asked", "sys": sys, "os": os}


def answer(line):
    try:
        try:
            code = compile(line, "<question>", "eval")
        except SyntaxError:
            exec(compile(line, "<question>", "exec"), space)
            return "= "
        return "= " + repr(eval(code, space)).replace("\n", "\\n")
    except BaseException as e:
        return ("! %s: %s" % (type(e).__name__, e)).replace("\n", "\\n")


def say(line):
    data = (line + "\n").encode("utf-8", "backslashreplace")
    while data:
        data = data[os.write(1, data) :]


def main():
    pending = b""
    say("ready")
    while True:
        data = os.read(0, 65536)
        if not data:
            os._exit(0)
        pending += data
        while b"\n" in pending:
            line, pending = pending.split(b"\n", 1)
            say(answer(line.decode("utf-8")))


main()
