#!/bin/sh
# robust.sh - killed at any moment, an output folder is whole or absent; what fails is told; what must be refused is
: "${COUPLET:=$(pwd)/bin/couplet}"
failed=0
python3 -B tests/robust/kill.py "$COUPLET" || failed=1
python3 -B tests/robust/refuse.py "$COUPLET" || failed=1
exit $failed
