"""Migrations of the app ``site`` as a version after this one might have them."""
