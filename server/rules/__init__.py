"""Pure civic rules: no I/O, no database, no protocol."""
