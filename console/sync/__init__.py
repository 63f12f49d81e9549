"""Synchronisation: pull what changed, judge what waits, push what may go."""
