#!/bin/sh
# cli.sh - the command line: options, help, exit status, init, keep-creating, commit, jobs and errors (part 1, L3)
#
# Prints TAP lines; COUPLET names the program.
: "${COUPLET:=$(pwd)/bin/couplet}"
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset SOURCE_DATE_EPOCH
failed=0

say()
{
	if [ "$1" -eq 0 ]; then
		echo "ok - $2"
	else
		echo "not ok - $2"
		sed 's/^/  # /' "$work/out" "$work/err"
		failed=1
	fi
}

# expect NAME STATUS PATTERN ARGUMENTS...: the status, and a line of output or messages that matches
expect()
{
	name=$1 status=$2 pattern=$3
	shift 3
	"$COUPLET" "$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	[ "$got" -eq "$status" ] && cat "$work/out" "$work/err" | grep -q -e "$pattern"
	say $? "$name (status $got)"
}

# true_that NAME COMMAND...
true_that()
{
	name=$1
	shift
	"$@" >"$work/out" 2>"$work/err"
	say $? "$name"
}

fresh()
{
	rm -rf "$work/s"
	cp -r "$root/samples/cronus" "$work/s"
	cd "$work/s" || exit 1
}

fresh
expect 'no command' 2 'no command'
expect 'help' 0 '^Commands' help
expect 'help begins with an example' 0 '^Example' help sync
for command in init check preview sync couple uncouple resolve commit jobs errors explain ledger convert test help; do
	"$COUPLET" help $command >"$work/a"
	"$COUPLET" $command --help >"$work/b"
	"$COUPLET" --help $command >"$work/c"
	true_that "help $command equals $command --help" cmp "$work/a" "$work/b"
	true_that "help $command equals --help $command" cmp "$work/a" "$work/c"
done
expect 'version' 0 '^couplet [0-9]' --version
expect 'unknown command' 2 'unknown command "snyc" (did you mean "sync"?)' snyc
expect 'unknown help' 2 'unknown command "chek" (did you mean "check"?)' help chek
expect 'unknown option' 2 'sync: unknown option --ful (did you mean "--full"?)' sync --ful
expect 'unknown letter' 2 'unknown option -x' sync -x
expect 'option without value' 2 'needs a value' sync -o
expect 'flag with value' 2 'takes no value' sync --full=yes
expect 'bad choice' 2 'is none of text|json' preview --format xml
expect 'bad threads' 2 'from 1 to 256' -j 0 preview
expect 'bad time' 2 'RFC 3339' --now 2026-13-01T00:00:00Z preview
expect 'bad guard' 2 'max-deletes' preview --allow max-del
expect 'bad record' 2 'is not MAPPING:KEY' preview --record CUSTOMER
expect 'too many arguments' 2 'one argument too many' check it
expect 'too few arguments' 2 'needs DIR' commit
expect 'sync without folder' 2 'needs an output folder' sync
expect 'report options without a report' 2 'add --report FILE.html' preview --mask
expect 'mask-key without mask' 2 'belongs to --mask' sync --mask-key couplet.xml -o out
expect 'mask-key that is short' 2 'fewer than 16' sync --mask --mask-key /dev/null -o out
expect 'mask-key that is missing' 7 'nowhere.key: cannot be read' sync --mask --mask-key nowhere.key -o out
expect 'unknown language' 2 'is none of en|nl' sync --lang de -o out
expect 'report that exists' 2 'couplet.xml: exists already' preview --report couplet.xml
expect 'quiet and verbose' 2 'contradict' -qv check
expect 'modified and full' 2 'contradict' preview --modified --full
expect 'record and full' 2 'give one' preview --record CUSTOMER:1 --full
expect 'record and mapping' 2 'leave out --mapping' preview --record CUSTOMER:1 --mapping CUSTOMER
expect 'direction alone' 2 'belongs to --record' preview --direction to
expect 'create alone' 2 'needs --mapping or --record' preview --create
expect 'keep-creating alone' 2 'add --full' preview --keep-creating yes
expect 'all contradictions are told' 2 'add --report FILE.html' preview --create --lang nl
SOURCE_DATE_EPOCH=soon expect 'bad SOURCE_DATE_EPOCH' 2 'SOURCE_DATE_EPOCH' preview
unset SOURCE_DATE_EPOCH
expect 'unknown mapping' 2 'no such mapping' preview --mapping NOBODY

expect 'options before and after' 0 '^no findings' -j1 check --format=text
expect 'options after --' 2 'one argument too many' check -- --help
expect 'check as JSON' 0 '"schema":"couplet/check/1"' check --format json
expect 'missing setup' 3 'nowhere.xml' check -s nowhere.xml
expect 'missing ledger' 3 'ledger' check -l nowhere.csv
expect 'new ledger' 0 '^no findings' check -l nowhere.csv --new-ledger

expect 'preview' 4 '^total ' preview
expect 'preview names what needs a person' 4 'CUSTOMER ERP->CRM 30000 "School of Fine Art": ' preview
expect 'preview as JSON' 4 '^{"schema":"couplet/summary/1","command":"preview","method":"modified"' preview --format json
expect 'exit-code yields to what needs a person' 4 '^total ' preview --exit-code
expect 'exit-code' 1 '^total ' preview --exit-code --mapping CURRENCY
expect 'no exit-code' 0 '^total ' preview --mapping CURRENCY
true_that 'quiet preview prints nothing' test -z "$("$COUPLET" -q preview --mapping CURRENCY 2>&1)"
expect 'max-errors' 4 'and [0-9]* more; see --max-errors' preview --max-errors 1
expect 'progress' 0 '^couplet: reading: [0-9]* rows' preview --mapping CURRENCY --progress always
true_that 'a terminal shows how far it is' sh -c "script -qec '$COUPLET preview --mapping CURRENCY --progress always' /dev/null |
	tr '\r' '\n' | grep -q 'couplet: reading: [0-9]* rows, [0-9]* a second\$'"
expect 'colours' 4 '31m' preview --color always
true_that 'no colours' sh -c "! '$COUPLET' preview --color never 2>/dev/null | grep -q '31m'"
expect 'time from --now' 4 '"now":"2026-04-05T06:07:08Z"' preview --now 2026-04-05T08:07:08+02:00 --format json
SOURCE_DATE_EPOCH=1000000000 expect 'time from SOURCE_DATE_EPOCH' 4 '"now":"2001-09-09T01:46:40Z"' preview --format json
unset SOURCE_DATE_EPOCH

expect 'output folder in use' 2 'is not empty' sync -o crm
expect 'output folder holds an input (L2)' 2 '' sync -o .
expect 'sync' 4 'couplet commit out' sync -o out
true_that 'preview wrote the same as sync (L1)' sh -c "'$COUPLET' preview --format json 2>/dev/null |
	sed 's/\"command\":\"[a-z]*\"//' >'$work/a'; rm -rf out1; '$COUPLET' sync -o out1 --format json 2>/dev/null |
	sed 's/\"command\":\"[a-z]*\"//' >'$work/b'; cmp '$work/a' '$work/b'"
true_that 'the manifest is valid' xmllint --nonet --noout --schema "$root/schemas/manifest.xsd" out/manifest.xml
true_that 'the same bytes again (L11)' diff -r out out1
expect 'jobs' 0 '^[0-9a-f]\{8\}-[0-9]* *CUSTOMER' jobs out
expect 'jobs as JSON' 0 '"inserted":1' jobs out --format json
expect 'jobs by status' 0 'CUSTOMER' jobs --status failed out
expect 'errors' 0 'update-conflict' errors out
expect 'errors by severity' 0 '^no ' errors --status notice out
expect 'errors by mapping' 0 'ITEM-PRODUCT' errors --mapping item-product out out1
expect 'errors of no folder' 7 'errors.csv' errors nowhere
expect 'bad status' 2 'is none of' errors --status bad out

expect 'undo of what no export shows' 0 'no export shows what was written' undo out -o out2
rm -rf out2
expect 'commit' 0 'is now the ledger' commit out
true_that 'the ledger is the new one' cmp ledger.csv out/ledger.csv
true_that 'the old one is kept' cmp ledger.csv.previous "$root/samples/cronus/ledger.csv"
expect 'commit twice' 0 'is already the ledger' commit out
echo >>ledger.csv
expect 'commit to another ledger is stale' 6 'is stale' commit out
cp ledger.csv.previous ledger.csv
echo 'x' >>out/changes.csv
expect 'commit of a changed folder' 3 'out/changes.csv: is not what the run wrote' commit out
true_that 'a refused commit changes nothing' cmp ledger.csv ledger.csv.previous
rm out/changes.csv
expect 'commit of a folder with a file missing' 3 'out/changes.csv: is missing' commit out
expect 'commit of no folder' 3 'name a folder' commit nowhere
echo '<manifest/>' >out1/manifest.xml
expect 'commit of no manifest' 3 'is no manifest' commit out1
rm -rf out out1
expect 'sync with commit' 4 'is now the ledger' sync -o out --commit
true_that 'it is committed' cmp ledger.csv out/ledger.csv
rm -f ledger.csv
rm -rf out
expect 'sync with a new ledger' 4 'total' sync --new-ledger -o out --mapping CURRENCY --mapping CUSTOMER --allow max-missing
expect 'commit of a new ledger' 0 'is now the ledger' commit out
true_that 'the new ledger is there' cmp ledger.csv out/ledger.csv

fresh
expect 'keep-creating' 4 'setup.xml lets later runs create' sync --full --keep-creating yes -o out --allow both-sided-full
true_that 'the changed setup is valid' xmllint --nonet --noout --schema "$root/schemas/setup.xsd" out/setup.xml
true_that 'every mapping of it creates' test \
	"$(grep -c 'synch-only-coupled-records="false"' out/setup.xml)" -eq "$(grep -c -E '<(option-)?mapping ' out/setup.xml)"
expect 'no keep-creating' 4 '' sync --full --keep-creating no -o out1 --allow both-sided-full
true_that 'no changed setup' test ! -e out1/setup.xml

cd "$work" || exit 1
expect 'init' 0 'wrote n/m/couplet.xml' init n/m
true_that 'the default setup is valid' xmllint --nonet --noout --schema "$root/schemas/setup.xsd" n/m/couplet.xml
true_that 'the ledger is empty' test "$(wc -l <n/m/ledger.csv)" -eq 1
expect 'init overwrites nothing' 2 'n/m/couplet.xml: exists already' init n/m
expect 'init for teams' 0 'wrote' init --ownership team t
true_that 'teams own no records by salesperson' sh -c "! grep -q 'name=\"SALESPEOPLE\"' t/couplet.xml"
true_that 'the team setup is valid' xmllint --nonet --noout --schema "$root/schemas/setup.xsd" t/couplet.xml
expect 'reset' 0 '^  <mapping name="CUSTOMER"' init --reset customer
expect 'reset of an unknown mapping' 2 'did you mean "CUSTOMER"?' init --reset CUSTOMRE
exit $failed
