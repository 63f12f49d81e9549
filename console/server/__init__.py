"""The central server: truth for all consoles; imports domain, wire and errors, never the console side."""
