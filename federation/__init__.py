"""How servers of the fediverse talk to each other: values in, values out.

No database, no web framework, nothing of the rest of Folkmoot.
"""
