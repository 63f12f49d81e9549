"""The command table: everything that a person can invoke, as data."""
