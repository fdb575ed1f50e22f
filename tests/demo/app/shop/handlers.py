"""What the requests run. The demonstration edits this file while they do."""

import functools
import time


def timed(handler):
    @functools.wraps(handler)
    def wrapper(request):
        start = time.perf_counter()
        answer = handler(request)
        request["shop.seconds"] = time.perf_counter() - start
        return answer

    return wrapper


class Basket:
    def __init__(self, *prices):
        self.prices = prices

    def total(self):
        return sum(self.prices)


@timed
def total(request):
    return "total %d\n" % request["shop.basket"].total()
