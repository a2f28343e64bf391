"""Work that outlives a request: durable rows, and the worker that takes them up."""
