"""A small WSGI application, as a stand-in for yours."""
