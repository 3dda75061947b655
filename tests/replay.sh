#!/bin/sh
# replay.sh - every fuzzer on the inputs of its corpus, without libFuzzer
: "${COUPLET:=$(pwd)/bin/build/asan/couplet}"
root=$(cd "$(dirname "$0")/.." && pwd)
failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

for source in "$root"/tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	if inputs=$("${COUPLET%/*}/replay/fuzz_$name" "$root/tests/fuzz/corpus/$name" 2>"$log"); then
		echo "ok - fuzz $name: $inputs"
	else
		echo "not ok - fuzz $name"
		sed 's/^/  # /' "$log"
		failed=1
	fi
done
exit $failed
