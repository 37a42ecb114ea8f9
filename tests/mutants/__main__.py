"""``python -m tests.mutants``: mistakes made by hand, then a sample of mutants."""

import argparse
import sys

from .copies import copies
from .patches import try_patches


def main() -> None:
    """Try what is asked for; ends with 1 unless all patches and enough of the sample are killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", choices=["patches", "sample", []])
    parser.add_argument("--minutes", type=float, default=0, help="stop the sample after as many")
    parser.add_argument("--again", action="store_true", help="try the last survivors only")
    parser.add_argument("--tests", nargs="*", default=(), help="tests to try the sample with")
    asked = parser.parse_args()
    what = asked.what or ["patches", "sample"]
    with copies() as ready:
        is_fine = try_patches(ready) if "patches" in what else True
        if "sample" in what:
            # Needs packages that nothing else does.
            from .sample import try_sample

            is_fine &= try_sample(ready, asked.minutes, asked.again, asked.tests)
    sys.exit(0 if is_fine else 1)


if __name__ == "__main__":
    main()
