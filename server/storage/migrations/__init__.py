"""Schema changes, in order, applied by `server.storage.migrating`."""
