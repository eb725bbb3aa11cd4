"""What lives elsewhere: actors, handles, objects, keys, media; fetched through one gateway, stored through actions."""
