#!/bin/sh
# lint.sh - rules about the source that a grep can check; prints `ok` and `not ok` lines
export LC_ALL=C
failed=0

# report NAME FINDINGS: no findings is ok
report()
{
	if [ -z "$2" ]; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		printf '%s\n' "$2" | sed 's/^/  # /'
		failed=1
	fi
}

# Layers: an include may only point down.
layer()
{
	report "layer: $1 includes nothing above it" "$(grep -rnE "#include \"($2)" "src/$1")"
}
layer base 'io/|model/|sync/|cmd/|options'
layer io 'model/|sync/|cmd/|options'
layer model 'sync/|cmd/|options'
layer sync 'cmd/|options'

# Libraries: each is seen by few files, so that it can be replaced in an afternoon.
library()
{
	report "library: <$1> only in $3" "$(grep -rnE "#include <$2" src | grep -vE "^src/($3)")"
}
library zlib.h 'zlib\.h>' 'io/'
library isa-l 'isa-l' 'io/gunzip\.c'
library libxml 'libxml/' 'io/(xml_(sax|names|fault|memory)|cmt_text)|model/setup|cmd/manifest'
library pthread.h 'pthread\.h>' 'base/parallel\.c|main\.c'
library csv.h 'csv\.h>' 'none'

banned='strcpy|strcat|sprintf|vsprintf|strtok|gets|atoi|atol|atof|strtod|setlocale|localtime|gmtime|alloca'
report "no banned functions" "$(grep -rnE "(^|[^A-Za-z0-9_])($banned)(_r)?[[:space:]]*\(" src)"
report "prefetches only by memory_prefetch()" "$(grep -rn '__builtin_prefetch' src | grep -v '^src/base/memory\.h')"
report "no float or double" "$(grep -rnE '(^|[^A-Za-z0-9_"])(float|double)[[:space:]]+[*a-z_]+[[:space:]]*[;=,)[]' src --include='*.[ch]')"
report "nothing left to do later" "$(grep -rnE '(^|[^A-Za-z])(TODO|FIXME|XXX|HACK)([^A-Za-z]|$)' src tests/unit)"

sources=$(find src tests/unit -name '*.[ch]' | sort)
report "files have at most 500 lines" \
	"$(wc -l $sources | awk '$1 > 500 && $2 != "total" { print $2 ": " $1 " lines" }')"
report "functions have at most 60 lines" "$(awk '
	/^{/ { begin = FNR }
	/^}/ { if (begin && FNR - begin > 60) print FILENAME ":" begin ": " FNR - begin + 1 " lines"; begin = 0 }' \
	$(find src -name '*.c'))"
report "lines have at most 110 columns" "$(for file in $(find src -name '*.[ch]' | sort); do
	expand "$file" | awk -v file="$file" 'length > 110 { print file ":" FNR ": " length " columns" }'; done)"
report "files begin with what they are" "$(for file in $(find src -name '*.[ch]' | sort); do
	head -2 "$file" | grep -q "$(basename "$file")" || echo "$file"; done)"

# Codes of errors.csv: the table in README.md has each of them, and no other.
sed -n 's/.*\[CODE_[A-Z_]*\] = *{ "\([a-z-]*\)".*/\1/p' src/sync/plan.c | sort >"${TMPDIR:-/tmp}/codes.$$"
report "README.md has a row for every code" "$(sed -n '/^## What a code/,/^## /s/^| `\([a-z-]*\)` |.*/\1/p' README.md |
	sort | comm -3 - "${TMPDIR:-/tmp}/codes.$$")"
rm -f "${TMPDIR:-/tmp}/codes.$$"

# report --lang nl: a sentence that no finding says any more would be told in English again.
report "the Dutch sentences are those of findings" "$(python3 -B tests/report/dutch.py)"

# Rules: every rule of this version is in the code that acts on it, and in a test.
rules()
{
	number=1
	while [ $number -le 46 ]; do
		grep -rqE "(^|[^A-Za-z0-9])E${number}([^0-9]|\$)" "$1" ||
			find "$1" -iname "*[^a-z0-9]e${number}[^0-9]*" | grep -q . ||
			find "$1" -iname "e${number}[^0-9]*" | grep -q . || echo "E$number"
		number=$((number + 1))
	done
}
report "every rule is cited in src" "$(rules src)"
report "every rule is cited in tests" "$(rules tests)"

report "every case that tests/scenarios.txt names exists" "$(
	sed -n 's/^TS-[0-9]* \(as \)\{0,1\}//p' tests/scenarios.txt | grep -v '^out: ' | tr ' ' '\n' | sort -u |
	while read -r name; do [ -e "tests/golden/$name/args" ] || echo "$name"; done)"
report "every code has its paragraph in the man page" "$(
	sed -n 's/^[[:space:]]*\[CODE_[A-Z_]*\] = { "\([a-z-]*\)",.*/\1/p' src/sync/plan.c | while read -r code; do
		tr -d '\\' <src/cmd/couplet.1 | grep -qxF ".B $code" || echo "$code"; done)"
report "every option is in the man page and the completions" "$(
	sed -n 's/^[[:space:]]*{ "\([a-z-]*\)", \(0\|'"'.'"'\), .*/\1/p' src/options.c src/cmd/cmd_*.c | sort -u |
	while read -r option; do
		for file in src/cmd/couplet.1 src/cmd/completion.bash src/cmd/completion.zsh; do
			tr -d '\\' <"$file" | grep -q -- "--$option" || echo "$file: --$option"; done; done)"

if [ -e README.md ]; then
	report "every path named in README.md exists" "$(
		grep -oE '`[^` ]+`|\]\([^) ]+\)' README.md | sed 's/^`//; s/`$//; s/^](//; s/)$//; s/:[0-9]*$//; s/#.*//' |
		grep -E '^(src|schemas|samples|tests|\.ci|Makefile)(/|$)' | grep -vE '[<>$]|NAME|\.\.\.' | sort -u |
		while read -r path; do ls -d $path >/dev/null 2>&1 || echo "$path"; done)"
else
	report "README.md exists" "README.md is missing"
fi

if command -v shellcheck >/dev/null; then
	report "shell scripts are clean" "$(shellcheck -S warning -e SC2046,SC2086 tests/*.sh .ci/run 2>&1)"
fi
if command -v xmllint >/dev/null; then
	report "setups of the samples are valid" "$(xmllint --nonet --noout --schema schemas/setup.xsd \
		samples/*/couplet.xml 2>&1 | grep -v ' validates$')"
fi
exit $failed
