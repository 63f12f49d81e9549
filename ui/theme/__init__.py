"""The look: colour tokens, fonts, icons, and how they are put onto the application."""
