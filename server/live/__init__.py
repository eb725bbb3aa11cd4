"""What is happening right now, told to whoever is listening."""
