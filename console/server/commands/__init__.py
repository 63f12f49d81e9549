"""The subcommands of ``otklik-server``, one module each."""
