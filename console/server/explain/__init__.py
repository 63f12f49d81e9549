"""What the console would do, explained to an administrator before a rule goes live.

Each module is one subject of ``otklik-server explain``: ``add_parser`` adds its arguments, ``run``
prints the answer. They run the same code as the console and touch no database.
"""
