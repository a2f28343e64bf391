"""Business cards: caught with one hand and without a network, typed at a desk, sorted at night."""
