#!/bin/sh
# formats.sh - real files are read, and every format gives back what was written
: "${COUPLET:=$(pwd)/bin/couplet}"
exec python3 -B "$(dirname "$0")/formats/check.py" "$COUPLET"
