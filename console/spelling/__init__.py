"""Spelling: the dictionaries in a process of their own, and the line to it."""
