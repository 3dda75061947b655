#!/bin/sh
# coverage.sh BUILD - runs what counts for coverage with a build of MODE=cov, and tells how much of the engine it took
build=$1
COUPLET=$(pwd)/$build/couplet
export COUPLET CMOCKA_MESSAGE_OUTPUT=TAP
find "$build" -name '*.gcda' -exec rm {} +
"$COUPLET" test tests/golden/* >/dev/null || echo "not ok - golden cases"
for unit in tests/unit/test_*.c; do
	"$build/unit/$(basename "$unit" .c)" >/dev/null 2>&1 || echo "not ok - $unit"
done
tests/bad.sh >/dev/null || echo "not ok - bad inputs"
python3 -B tests/properties/explain.py "$COUPLET" tests/golden/* >/dev/null || echo "not ok - explain"
python3 -B tests/oracle/compare.py "$COUPLET" --worlds 1000 >/dev/null || true
exec python3 -B tests/torture/coverage.py "$build"
