"""Asks a server for pages all the time, from several threads, until its standard input ends:
load.py PORT PATH... Prints a line "ready" after each page was seen once, and at the end
"N answers, N differed", with what differed on standard error. The answer to a page must always be
the first one, byte for byte."""
import http.client
import sys
import threading

PORT, PATHS = int(sys.argv[1]), sys.argv[2:]


def fetch(path):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except OSError as e:
        return 0, repr(e).encode()
    finally:
        connection.close()


first = {path: fetch(path) for path in PATHS}
counts, differed = [0, 0], {}
lock, over = threading.Lock(), threading.Event()


def ask(at):
    while not over.is_set():
        path = PATHS[at % len(PATHS)]
        answer = fetch(path)
        with lock:
            counts[0] += 1
            if answer != first[path]:
                counts[1] += 1
                differed.setdefault(path, answer)
        at += 1


threads = [threading.Thread(target=ask, args=(n,)) for n in range(3)]
for thread in threads:
    thread.start()
print("ready", {path: status for path, (status, _) in first.items()}, flush=True)
sys.stdin.read()
over.set()
for thread in threads:
    thread.join()
for path, answer in differed.items():
    print(path, first[path], answer, file=sys.stderr)
print("%d answers, %d differed" % tuple(counts))
