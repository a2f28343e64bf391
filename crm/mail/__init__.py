"""Letters to staff: queued with what caused them, sent by a worker as soon as the server can."""
