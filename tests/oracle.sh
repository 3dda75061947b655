#!/bin/sh
# oracle.sh - the decisions of a second planner, written from part 4 alone, on random worlds (part 8)
#
# More of them: make torture.
: "${COUPLET:=$(pwd)/bin/couplet}"
exec python3 -B tests/oracle/compare.py "${COUPLET_FAST:-$COUPLET}" --worlds 500
