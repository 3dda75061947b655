#!/bin/sh
# report.sh - report.html in a browser, where there is one (6.4)
: "${COUPLET:=$(pwd)/bin/couplet}"
kept=bin/report
axe=$kept/node_modules/axe-core/axe.min.js

# axe-core is one file of the npm registry; without it everything else is looked at all the same.
if command -v chromium >/dev/null && [ ! -e $axe ] && command -v npm >/dev/null; then
	mkdir -p $kept
	timeout 120 npm install --prefix $kept --no-audit --no-fund --ignore-scripts axe-core@4 >/dev/null 2>&1
fi
set -- "$COUPLET"
[ -e $axe ] && set -- "$@" --axe $axe
exec python3 -B tests/report/check.py "$@"
