"""Rows on disk: the database, its engines, its models, and the transaction that carries events with it."""
