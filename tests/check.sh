#!/bin/sh
# check.sh BUILD [unit] - runs all tests (or the unit tests alone) and ends with `N passed, N failed`
#
# Every test prints lines of TAP, `ok ...` or `not ok ...`; they are counted.
# What ends badly without having said so counts as one failure.
build=$1
only=$2
COUPLET=$(cd "$build" && pwd)/couplet
# Laws are many runs of small worlds: the release build, where there is one, plays them.
COUPLET_FAST=$COUPLET
[ -x bin/couplet ] && COUPLET_FAST=$(pwd)/bin/couplet
export COUPLET COUPLET_FAST CMOCKA_MESSAGE_OUTPUT=TAP
unset SOURCE_DATE_EPOCH NO_COLOR
TMPDIR=$(mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
passed=0
failed=0

# suite NAME COMMAND...
suite()
{
	name=$1
	shift
	log=$TMPDIR/check.log
	"$@" >"$log" 2>&1
	status=$?
	good=$(grep -c '^ok ' "$log")
	bad=$(grep -c '^not ok ' "$log")
	[ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
	if [ "$bad" -gt 0 ]; then
		echo "not ok - $name: $good passed, $bad failed"
		grep -v '^ok ' "$log" | sed 's/^/    /'
	else
		echo "ok - $name: $good passed"
		grep -E '# SKIP|first paint' "$log" | sed 's/^/    /'
	fi
	passed=$((passed + good))
	failed=$((failed + bad))
}

for unit in tests/unit/test_*.c; do
	name=$(basename "$unit" .c)
	suite "$name" "$build/unit/$name"
done
if [ "$only" != unit ]; then
	for script in tests/*.sh; do
		case $script in
		tests/check.sh | tests/setup.sh | tests/demo.sh) ;;
		*) suite "$(basename "$script" .sh)" "$script" ;;
		esac
	done
	set -- tests/golden/*/args
	if [ -e "$1" ]; then
		for args; do
			shift
			set -- "$@" "${args%/args}"
		done
		suite golden "$COUPLET" test "$@"
	fi
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
