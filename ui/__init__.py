"""The Qt face of Otklik; imports console, never the reverse."""
