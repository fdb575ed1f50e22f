"""Logging: handlers, filters, formatters, the record factory, the logger class."""
#==> before
import logging
out = []
class Handler(logging.Handler):
    def emit(self, record):
        out.append(("old", self.format(record)))
class Formatter(logging.Formatter):
    def format(self, record):
        return "old " + record.getMessage()
class Filter(logging.Filter):
    def filter(self, record):
        record.msg = "old " + str(record.msg)
        return True
class Logger(logging.Logger):
    def shout(self):
        self.error("old shout")
log = logging.getLogger("app.m")
def factory(*args, **kw):
    record = logging.LogRecord(*args, **kw)
    record.made = "old"
    return record
#==> after
import logging
out = []
class Handler(logging.Handler):
    def emit(self, record):
        out.append(("new", self.format(record), record.made))
class Formatter(logging.Formatter):
    def format(self, record):
        return "new " + record.getMessage()
class Filter(logging.Filter):
    def filter(self, record):
        record.msg = "new " + str(record.msg)
        return True
class Logger(logging.Logger):
    def shout(self):
        self.error("new shout")
log = logging.getLogger("app.m")
def factory(*args, **kw):
    record = logging.LogRecord(*args, **kw)
    record.made = "new"
    return record
#==> use
import logging
import m

logging.setLoggerClass(m.Logger)
logging.setLogRecordFactory(m.factory)
logger = logging.getLogger("app")
logging.setLoggerClass(logging.Logger)
handler = m.Handler()
handler.setFormatter(m.Formatter())
handler.addFilter(m.Filter())
logger.addHandler(handler)
logger.propagate = False

def check():
    assert m.log is logging.getLogger("app.m") and type(logger) is m.Logger
    m.log.error("hi")
    logger.shout()
    assert m.out == [("new", "new new hi", "new"), ("new", "new new new shout", "new")], m.out
