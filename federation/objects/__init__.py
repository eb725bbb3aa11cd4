"""Typed wire values: what other servers send, read; what we send, written."""
