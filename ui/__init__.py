"""The Qt face of Otklik; imports console, never the reverse."""

from ui.immortal import keep_constants_alive

keep_constants_alive()
