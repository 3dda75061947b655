#!/bin/sh
# hostile.sh - zip archives and packages that are damaged or mean harm: a message, and nothing else happens
: "${COUPLET_FAST:=$(pwd)/bin/couplet}"
exec python3 -B tests/formats/hostile.py "$COUPLET_FAST"
