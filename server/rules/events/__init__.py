"""What has happened. An action emits one of these in the same transaction as the rows it writes; `effects/table.py`
says everything that follows from each. Fields are ids, texts and numbers, so that an event survives a restart as JSON.
"""
