"""Trade missions: where they went, who took part, what came of them."""
