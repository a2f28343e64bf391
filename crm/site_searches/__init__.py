"""Site searches: what a project asks for, what was offered, who owes which part, and by when."""
