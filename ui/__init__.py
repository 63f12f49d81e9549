"""The Qt face of Otklik; imports console, never the reverse."""

from ui.immortal import keep_true_alive

keep_true_alive()
