"""Alembic's environment and the versions of the server's tables."""
