#!/bin/sh
# growth.sh - instructions a record and peak memory, against the recorded figures (8.1); never time
exec python3 -B tests/bench/growth.py "${COUPLET_FAST:-$(pwd)/bin/couplet}"
