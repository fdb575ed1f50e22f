"""A process that serves Flask and Django: run as web.py DIRECTORY MODULE..., with the standard library and
the packages below DIRECTORY; imports MODULE... too. Prints its port when it serves, and ends with its
standard input.

/..., /django/...         pages that use much of both
/traceback                the frames, [file, line, name], of an exception that went through Flask
/modules                  {name: file} of the modules loaded from DIRECTORY
/elsewhere                the names of the Python modules loaded from somewhere else
/code                     [file, qualified name, first line] of all code of live functions from there
/twins                    {module.qualified name: count} of classes from there that live more than once
/tests?NAME&NAME...       {test: outcome} of unittest's tests of those names, run here"""
import argparse
import asyncio
import collections
import concurrent.futures
import configparser
import csv
import ctypes
import dataclasses
import decimal
import difflib
import email.mime.multipart
import enum
import fractions
import gc
import graphlib
import html.parser
import http.client
import http.server
import importlib
import io
import json
import logging.handlers
import multiprocessing.pool
import os
import pdb
import pprint
import socketserver
import sqlite3
import statistics
import string
import sys
import tarfile
import textwrap
import threading
import traceback
import typing
import unittest.mock
import weakref
import wsgiref.simple_server
import xml.dom.minidom
import xml.etree.ElementTree
import xmlrpc.client
import zipfile

import django
import django.conf
import flask
import jinja2
import suite

TOP = os.path.realpath(sys.argv[1]) + os.sep

# ---- Flask ----------------------------------------------------------------------------------

app = flask.Flask("shop")
app.secret_key = "not a secret"
PAGE = """{% macro row(a, b) %}<tr><td>{{ a }}</td><td>{{ b|e }}</td></tr>{% endmacro %}
<table>{% for k, v in items|dictsort %}{{ row(k, v) }}{% endfor %}</table>
{{ url_for('greet', name='x y') }} {{ total|round(2) }} {{ items|length }}"""


@app.route("/")
def index():
    items = {"b": "<two>", "a": textwrap.shorten("one two three four five six", 18)}
    return flask.render_template_string(PAGE, items=items, total=statistics.mean([1, 2, 4]))


@app.route("/hello/<name>", methods=["GET", "POST"])
def greet(name):
    flask.session["seen"] = name
    return flask.jsonify(name=name, half=str(decimal.Decimal(1) / 2), form=sorted(flask.request.args.items()))


@app.route("/library")
def library():
    parser = configparser.ConfigParser()
    parser.read_string("[a]\nb = ${c}\nc = 1\n")
    arguments = argparse.ArgumentParser(prog="p", description="d")
    arguments.add_argument("-x", type=int, choices=[1, 2], help="an x")
    tree = xml.etree.ElementTree.fromstring("<a><b c='d'>e</b></a>")
    table = io.StringIO()
    csv.DictWriter(table, ["k", "v"]).writerow({"k": 1, "v": "a,b"})
    point = dataclasses.make_dataclass("Point", ["x", "y"])
    return "\n".join([
        parser["a"]["b"], arguments.format_help(), xml.etree.ElementTree.tostring(tree, "unicode"), table.getvalue(),
        repr(point(1, 2)), str(fractions.Fraction(3, 6)), "".join(difflib.ndiff(["a\n"], ["b\n"])),
        pprint.pformat({i: "x" * i for i in range(12)}), string.Template("$a").substitute(a=1),
        str(list(graphlib.TopologicalSorter({1: {2}, 2: {3}}).static_order())),
        asyncio.run_coroutine_threadsafe(answer(), loop).result(10),
        pool.submit(textwrap.dedent, "  a\n  b").result(10),
    ])


@app.errorhandler(404)
def lost(error):
    return "nothing here: %s" % error.code, 404


# ---- Django ---------------------------------------------------------------------------------

django.conf.settings.configure(
    DEBUG=False, SECRET_KEY="not a secret", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, USE_TZ=True,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
                "django.middleware.gzip.GZipMiddleware"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(TOP, "shop.sqlite")}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [], "APP_DIRS": False}])
django.setup()

from django import forms  # noqa: E402
from django.contrib.auth.models import Permission  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.template import Context, Template  # noqa: E402
from django.urls import path, reverse  # noqa: E402


class Order(forms.Form):
    name = forms.CharField(max_length=5)
    count = forms.IntegerField(min_value=1, required=False)


def form(request):
    order = Order(request.GET)
    return HttpResponse("%s %s %s" % (order.is_valid(), order.errors.as_json(), order.as_p()))


def page(request):
    template = Template("{% for x in rows %}{{ x.codename|upper }},{% empty %}none{% endfor %}{{ when|date:'Y' }}")
    rows = Permission.objects.filter(codename__contains="user").order_by("codename").select_related("content_type")
    return HttpResponse(template.render(Context({"rows": rows, "when": None})) + reverse("form"))


def numbers(request):
    return JsonResponse({"n": Permission.objects.count(), "path": request.path})


urlpatterns = [path("django/form", form, name="form"), path("django/page", page), path("django/numbers", numbers)]

# ---- what the test asks ---------------------------------------------------------------------


@app.route("/traceback")
def frames():
    try:
        with app.test_request_context("/"):
            flask.render_template_string("{% set x = y.z.z %}{{ x|map('nothing') }}", y={})
    except Exception as e:
        found = traceback.extract_tb(e.__traceback__)
    return json.dumps([[f.filename, f.lineno, f.name] for f in found if f.filename.startswith(TOP)])


def own_modules():
    found = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        spec = getattr(module, "__spec__", None)
        alias = spec is not None and spec.name != name and sys.modules.get(spec.name) is module
        if file.endswith(".py") and file.startswith(TOP) and not alias:
            found[name] = file
    return found


def own_code():
    stack = [f.__code__ for f in gc.get_objects() if type(f) is type(own_code)]
    found = set()
    while stack:
        code = stack.pop()
        if code.co_filename.startswith(TOP):
            found.add((code.co_filename, code.co_qualname, code.co_firstlineno))
            stack.extend(c for c in code.co_consts if type(c) is type(code))
    return sorted(found)


def elsewhere():
    files = {name: getattr(module, "__file__", None) or "" for name, module in list(sys.modules.items())}
    return [name for name, file in files.items() if file.endswith(".py") and not file.startswith(TOP)]


class Garbage:
    pass


def collect():
    """gc.collect() does nothing while another thread is at it."""
    garbage = Garbage()
    garbage.itself, alive = garbage, weakref.ref(garbage)
    del garbage
    while alive():
        gc.collect()


def twins():
    collect()
    own = set(own_modules())
    alive = (o for o in gc.get_objects() if isinstance(o, type) and o.__module__ in own)
    counts = collections.Counter(o.__module__ + "." + o.__qualname__ for o in alive)
    return {name: count for name, count in counts.items() if count > 1}


ASKED = {"/modules": own_modules, "/elsewhere": elsewhere, "/code": own_code, "/twins": twins}
django_app = WSGIHandler()


def serve(environ, start_response):
    where = environ["PATH_INFO"]
    if where in ASKED:
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(ASKED[where]()).encode()]
    if where == "/tests":
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(suite.results(suite.run_unittest, *environ["QUERY_STRING"].split("&"))).encode()]
    if where.startswith("/django"):
        return django_app(environ, start_response)
    return app.wsgi_app(environ, start_response)


class Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True
    request_queue_size = 100


class Handler(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *args):
        pass


async def answer():
    await asyncio.sleep(0)
    return "from the loop"


for name in sys.argv[2:]:
    importlib.import_module(name)
call_command("migrate", verbosity=0)
loop = asyncio.new_event_loop()
pool = concurrent.futures.ThreadPoolExecutor(2)
threading.Thread(target=loop.run_forever, daemon=True).start()
server = wsgiref.simple_server.make_server("127.0.0.1", 0, serve, Server, Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
os._exit(0)
