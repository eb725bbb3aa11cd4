"""What follows from each event. `table.py` has it all on one screen."""
