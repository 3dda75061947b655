#!/bin/sh
# packages.sh - packages that are written, looked at with other eyes (part 5, sections 1 and 3)
: "${COUPLET:=$(pwd)/bin/couplet}"
python3 -B tests/formats/rapidstart.py "$COUPLET"
rapidstart=$?
python3 -B tests/formats/cmt.py "$COUPLET" && exit $rapidstart
