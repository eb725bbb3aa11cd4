"""The commands, one noun a file. Their words on stdout are results; everything else goes to stderr."""
