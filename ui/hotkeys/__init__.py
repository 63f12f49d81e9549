"""Hotkeys of the system: one port, and an adapter for each kind of desktop."""
