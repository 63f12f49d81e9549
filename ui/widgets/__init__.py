"""Widgets that know nothing of appeals."""
