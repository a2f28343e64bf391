"""How the figures of each report are shown: its sentence, charts, tables and footnotes."""
