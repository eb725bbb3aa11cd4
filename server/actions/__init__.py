"""Every act of a person, from here or from elsewhere: the only writers of civic records."""
