"""View to outside, pure; one file per record."""
