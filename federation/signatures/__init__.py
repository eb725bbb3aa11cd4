"""Proving who sent a request (HTTP signatures) and who made a document (object integrity proofs)."""
