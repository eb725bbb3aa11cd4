"""Every read. Each function takes who is looking where that matters, and returns views."""
