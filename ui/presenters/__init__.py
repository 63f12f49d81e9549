"""Presenters: the read model turned into final words, without Qt."""
