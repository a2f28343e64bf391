"""Public facts of five texts, as data and as records with their source."""
