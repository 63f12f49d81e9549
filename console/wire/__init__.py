"""What crosses the network, shared by the console and the central server."""
