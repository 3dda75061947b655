#!/bin/sh
# packages.sh - configuration packages that are written, looked at with other eyes (part 5, section 1)
: "${COUPLET:=$(pwd)/bin/couplet}"
exec python3 -B tests/formats/rapidstart.py "$COUPLET"
