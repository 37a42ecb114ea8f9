#!/bin/sh
# provide.sh PACKAGE PROGRAM...: is one of the programs here? If not, root installs Debian's package.
# Where neither works, says so; that is an error only where REQUIRE_ALL is set.
package=$1
shift
for program; do
  [ -n "$program" ] && command -v "$program" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing $package, which the tests need."
  log=$(mktemp)
  if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y "$package"; } >"$log" 2>&1; then
    rm -f "$log"
    exit 0
  fi
  tail -n 5 "$log" >&2
  rm -f "$log"
fi
echo "$package is not installed and could not be: the tests that need it are left out." >&2
[ -z "$REQUIRE_ALL" ]
