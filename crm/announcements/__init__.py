"""Public statements of a partnership: who, what, how much, and where it is printed."""
