"""Views: they know appeals, one file each."""
