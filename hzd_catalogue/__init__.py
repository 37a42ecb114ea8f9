"""The catalogue of HZD's IT cooperations."""

__version__ = "1.0.0.dev0"
