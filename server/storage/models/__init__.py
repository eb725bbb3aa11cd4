"""One file per noun. Every module in here is loaded when a database is opened."""
