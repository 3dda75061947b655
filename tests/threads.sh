#!/bin/sh
# threads.sh - the number of threads, the locale and the time zone change no byte (L11)
: "${COUPLET:=$(pwd)/bin/couplet}"
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# compare NAME FOLDER: with what one thread wrote
compare()
{
	if diff -r "$work/1" "$2" >"$work/diff" 2>&1; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		sed 's/^/  # /' "$work/diff" | head -20
		failed=1
	fi
}

# run FOLDER ARGUMENTS...
run()
{
	out=$1
	shift
	"$COUPLET" -q -s "$setup" sync "$@" -o "$out" 2>/dev/null
}

for sample in cronus cronus-full; do
	setup=$root/samples/$sample/couplet.xml
	for method in --modified --full; do
		rm -rf "${work:?}"/[0-9a-z]*
		run "$work/1" $method --allow both-sided-full -j1
		for threads in 2 3 8; do
			run "$work/$threads" $method --allow both-sided-full -j$threads
			compare "$sample $method with $threads threads" "$work/$threads"
		done
		LC_ALL=tr_TR.UTF-8 TZ=Asia/Tokyo run "$work/l" $method --allow both-sided-full
		compare "$sample $method in another locale and time zone" "$work/l"
	done
done

# The golden cases with another number of threads; some of them read the samples.
mkdir -p "$work/tests/golden"
ln -s "$root/samples" "$work/samples"
for args in "$root"/tests/golden/*/args; do
	[ -e "$args" ] || continue
	name=$(basename "${args%/args}")
	case=$work/tests/golden/$name
	cp -r "${args%/args}" "$case"
	{ printf -- '-j\n3\n' && cat "$args"; } >"$case/args"
	if "$COUPLET" test "$case" >"$work/diff" 2>&1; then
		echo "ok - golden $name with 3 threads"
	else
		echo "not ok - golden $name with 3 threads"
		sed 's/^/  # /' "$work/diff" | head -20
		failed=1
	fi
	rm -rf "$case"
done
# Worlds of hundreds of records: small ones have one block of everything that threads share out.
python3 -B "$root/tests/properties/large_worlds.py" "$COUPLET" 12 >"$work/large" || failed=1
grep -E "^(not )?ok " "$work/large"
exit $failed
