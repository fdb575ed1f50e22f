"""Routes requests. Holds the handlers and an instance of their class, from before the edit to after
it, and is never touched itself."""

import threading

from shop.handlers import Basket, total

ROUTES = {"/total": total}
BASKET = Basket(20, 22)
lock = threading.Lock()
served = 0


def application(environ, start_response):
    global served
    environ["shop.basket"] = BASKET
    path = environ["PATH_INFO"]
    if path == "/served":
        status, body = "200 OK", "%d\n" % served
    elif path in ROUTES:
        status, body = "200 OK", ROUTES[path](environ)
        with lock:
            served += 1
    else:
        status, body = "404 Not Found", "no such page\n"
    data = body.encode()
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(data)))])
    return [data]
