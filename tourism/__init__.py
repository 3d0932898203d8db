"""The front door: settings, routes, the WSGI entry and the shipped data set."""

__version__ = "0.1.0"
