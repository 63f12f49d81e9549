"""The Qt-free core of Otklik: domain, wire types, sync engine, encrypted store, central server."""
