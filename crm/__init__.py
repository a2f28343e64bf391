"""Investment Lead CRM: the Flask application.

This module holds a docstring only: it has to import on a bare machine, where
`python3 -m crm` sets up everything else.
"""
