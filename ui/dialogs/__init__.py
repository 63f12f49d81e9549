"""Dialogs: they know appeals, one file each."""
