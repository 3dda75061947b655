#!/bin/sh
# robust.sh - killed at any moment, an output folder is whole or absent; what must be refused is refused
: "${COUPLET:=$(pwd)/bin/couplet}"
python3 -B tests/robust/kill.py "$COUPLET"
kill=$?
python3 -B tests/robust/refuse.py "$COUPLET"
[ $? -eq 0 ] && [ $kill -eq 0 ]
