"""What a record looks like to a viewer: frozen values that queries make and renderers read."""
