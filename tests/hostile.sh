#!/bin/sh
# hostile.sh - files that are damaged or mean harm: a message, less than 1 GiB, and nothing else happens
: "${COUPLET_FAST:=$(pwd)/bin/couplet}"
python3 -B tests/formats/hostile.py "$COUPLET_FAST"
archives=$?
python3 -B tests/formats/hostile_text.py "$COUPLET_FAST" && exit $archives
