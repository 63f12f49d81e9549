"""Intake: appeals from outside systems and files, each taken in exactly once."""
