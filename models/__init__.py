"""The SQLAlchemy tables, one module an aggregate, and the rules that need no database."""
