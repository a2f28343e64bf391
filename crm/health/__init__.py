"""Whether the server is alive, and ready to serve."""
