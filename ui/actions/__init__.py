"""The command table made Qt: dispatch, actions, menus."""
