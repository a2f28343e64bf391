"""Exchange rates that somebody stated: for which day, from which source. Nothing fetches them."""
