"""Trade agreements, memoranda, committees, strategies and market figures, and what cites them."""
