"""The central server: the truth for all consoles; shares their rules and the wire alone."""
