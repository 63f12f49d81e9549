"""Loaders that turn the data files in resources/ into domain objects."""
