"""Folkmoot: frontline proposals that travel between organisations."""

__version__ = "0.1.0"
