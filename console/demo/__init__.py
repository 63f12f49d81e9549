"""The embedded demonstration: a seeded world and a real central server in a child process."""
