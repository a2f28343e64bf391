"""Trade missions: planned, held and looked back on; their agenda, delegation and money."""
