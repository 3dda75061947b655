#!/bin/sh
# demo.sh PROGRAM - the small sample: preview, sync, what came out; then a first load, its import, and nothing left
set -e
couplet=$1
work=$(mktemp -d)
out=$work/out

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

printf '\nNow a first load: the whole default setup, and a CRM that has nobody but its users.\n'
run -s samples/cronus-full/couplet.xml preview --full
run -q -s samples/cronus-full/couplet.xml sync --full -o "$work/load"
printf '\n$ ls %s/load/crm\n' "$work"
ls "$work/load/crm"
run -q -s samples/cronus-full/couplet.xml simulate "$work/load" -o "$work/after"
run -s "$work/after/couplet.xml" preview --full
printf '\nAfter the import nothing is left to do. samples/cronus-full/README.md tells more; %s/after is the world after it.\n' "$work"
