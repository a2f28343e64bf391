"""Company visits (business retention and expansion): what is asked, answered and concluded."""
