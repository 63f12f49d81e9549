"""Qt item models: thin adapters over presenters and the reader."""
