"""The pages for people: what a browser asks and what it is answered."""
