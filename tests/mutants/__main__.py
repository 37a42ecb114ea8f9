"""``python -m tests.mutants``: mistakes made by hand, then a sample of mutants."""

import argparse
import sys

from .copies import copies
from .patches import try_patches


def main() -> None:
    """Try what is asked for; ends with 1 unless all patches and enough of the sample are killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["patches", "sample"], help="otherwise both")
    parser.add_argument("--minutes", type=float, default=0, help="stop the sample after so many")
    parser.add_argument(
        "--again",
        nargs="+",
        default=(),
        metavar="TESTS",
        help="try the last survivors of the sample with these tests",
    )
    asked = parser.parse_args()
    with copies() as ready:
        is_fine = asked.what == "sample" or try_patches(ready)
        if asked.what != "patches":
            # Needs packages that nothing else does.
            from .sample import try_sample

            is_fine &= try_sample(ready, asked.minutes, asked.again)
    sys.exit(0 if is_fine else 1)


if __name__ == "__main__":
    main()
