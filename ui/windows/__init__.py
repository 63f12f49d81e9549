"""Windows: what holds the views together."""
