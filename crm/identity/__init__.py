"""Which company a name means, in Japanese, Korean and Latin writing; knows no database."""
