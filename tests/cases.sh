#!/bin/sh
# cases.sh - the command `test` itself (1.5)
: "${COUPLET:=$(pwd)/bin/couplet}"
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
TMPDIR=$work/temporary	# what lies under it may be removed: the cases must not
export TMPDIR
failed=0

# expect NAME STATUS PATTERN ARGUMENTS...
expect()
{
	name=$1 status=$2 pattern=$3
	shift 3
	"$COUPLET" test "$@" >out.txt 2>&1
	got=$?
	if [ "$got" -eq "$status" ] && grep -q -e "$pattern" out.txt; then
		echo "ok - $name"
	else
		echo "not ok - $name (status $got)"
		sed 's/^/  # /' out.txt
		failed=1
	fi
}

for name in one two; do
	cp -r "$root/samples/cronus" $name
	printf -- 'sync\n-o\nout\n' >$name/args
done
cp -r "$root/samples/cronus" three
printf 'check\r\n--format\r\njson\r\n' >three/args
: >three/expected-stdout

expect 'without expectations the status must be 0' 1 'exit status 4, expected 0' one
expect 'update writes them' 0 '^2 passed, 0 failed$' --update one two
expect 'update of standard output' 0 '^1 passed, 0 failed$' --update three
expect 'a plan comes first' 0 '^1\.\.3$' one two three
expect 'cases are numbered in order' 0 '^ok 3 - three$' -j3 one two three/
expect 'a total comes last' 0 '^3 passed, 0 failed$' one two three
[ -e one/out ] && echo 'not ok - the output folder of a passed case is gone' && failed=1
rm two/expected/manifest.xml
expect 'only the files that are there are compared' 0 '^1 passed' two
echo 'one more line' >>two/expected/changes.csv
expect 'the first differing line is told' 1 '^  # expected/changes.csv:[0-9]*: differs$' two
expect 'what was expected is told' 1 'expected: one more line' two
echo >two/expected/other.csv
expect 'a missing file is told' 1 'other.csv: was expected, is not there' two
expect 'update takes it away' 0 '^1 passed' --update two
expect 'then it passes' 0 '^1 passed' two
echo 3 >three/expected-status
expect 'a wrong status is told' 1 'exit status 0, expected 3' three
expect 'one failure fails' 1 '^2 passed, 1 failed$' one two three
printf -- 'sync\n-o\n../elsewhere\n' >one/args
mkdir elsewhere
expect 'an output folder elsewhere is refused' 1 'must be a folder of its own' one
printf -- 'sync\n-oexpected\n' >one/args
expect 'so is one with the expectations' 1 'must be a folder of its own' one
printf -- 'sync\n--output=erp\n' >one/args
printf '2\n' >one/expected-status
rm -r one/expected
expect 'what no run wrote is not removed' 0 '^1 passed' one
[ -e one/erp/customer.csv ] || { echo 'not ok - inputs are left' && failed=1; }
expect 'no case' 1 'nowhere/args: cannot be read' nowhere
exit $failed
