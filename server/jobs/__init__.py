"""Work in the background: the loop, and a handler for each lane."""
