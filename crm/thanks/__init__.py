"""What a mission owes afterwards: letters of thanks in one pass, and the register of gifts."""
