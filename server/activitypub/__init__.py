"""The edge other servers talk to: the inbox, and what is behind every id."""
