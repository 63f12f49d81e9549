"""The central server over HTTP, and the operating system's keychain."""
