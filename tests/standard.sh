#!/bin/sh
# standard.sh - the default setup: clean on exports of its own, printed mapping by mapping, true in the cases that show it
: "${COUPLET:=$(pwd)/bin/couplet}"
exec python3 -B tests/properties/standard.py "$COUPLET"
