"""Public registers of companies, from which an organization is put on file without typing."""
