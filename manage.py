#!/usr/bin/env python
"""Django's command-line utility for the catalogue."""

import os
import sys


def main() -> None:
    """Run a management command with the catalogue's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hzd_catalogue.settings")
    from django.core.management import execute_from_command_line

    from hzd_catalogue.refusal import in_one_sentence

    with in_one_sentence():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
