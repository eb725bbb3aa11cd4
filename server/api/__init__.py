"""The edge for Mastodon apps: one noun a file."""
