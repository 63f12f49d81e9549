"""What an operator can do: one transaction each, refused at once where the rules say no."""
