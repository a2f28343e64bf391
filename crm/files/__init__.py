"""Files on leads, conversations and organizations: what they truly are, and who may have them."""
