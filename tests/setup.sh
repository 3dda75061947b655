#!/bin/sh
# setup.sh [tests] - installs the packages that are missing: to build, or also to test
set -e

packages="gcc make libc6-dev libxml2-dev zlib1g-dev libutf8proc-dev libxxhash-dev libmd-dev libpcre2-dev"
[ "$1" = tests ] && packages="$packages libcmocka-dev libcsv-dev libxml2-utils python3 tzdata valgrind"

command -v dpkg-query >/dev/null || {
	echo "not a Debian system: please see to it that these are there: $packages" >&2
	exit 0
}
missing=
for package in $packages; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

root=
[ "$(id -u)" -eq 0 ] || root=sudo
echo "installing:$missing" >&2
$root apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing >/dev/null
