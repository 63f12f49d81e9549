"""Schedules of planned work: read from files as grid companies publish them, into the registry."""
