"""Migrations of the app ``legal`` as a version after this one might have them."""
