"""The board: open leads in columns by stage, moved by drag, by keyboard or by a menu."""
