#!/bin/sh
# demo.sh PROGRAM - the small sample: preview, sync, and what came out
set -e
couplet=$1
out=$(mktemp -d)/out

run()
{
	printf '\n$ couplet %s\n' "$*"
	status=0
	"$couplet" "$@" || status=$?
	# 4: done, and some records need a person, as the sample's README tells.
	[ "$status" -eq 0 ] || [ "$status" -eq 4 ] || exit "$status"
	echo "(exit status $status)"
}

run -s samples/cronus/couplet.xml preview
run -q -s samples/cronus/couplet.xml sync -o "$out"
printf '\n$ find %s\n' "$out"
(cd "$out" && find . -type f | LC_ALL=C sort)
printf '\n$ cat %s/README.txt\n' "$out"
cat "$out/README.txt"
printf '\nThe sample is told in samples/cronus/README.md; what came out is in %s\n' "$out"
