#!/bin/sh
# bad.sh - bad setups, ledgers, exports and command lines: told as they should be, and nothing written
: "${COUPLET:=$(pwd)/bin/couplet}"
exec python3 -B tests/bad/check.py "$COUPLET"
