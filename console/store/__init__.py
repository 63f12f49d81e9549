"""The local store: one encrypted SQLite file with mirror, outbox, drafts and their projection."""
