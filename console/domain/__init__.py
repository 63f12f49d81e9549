"""The pure domain: what an appeal is, what may happen to it, and when it is due."""
