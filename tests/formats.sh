#!/bin/sh
# formats.sh - real files, every format there and back, and setups out of Business Central's mappings
: "${COUPLET:=$(pwd)/bin/couplet}"
folder=$(dirname "$0")/formats
python3 -B "$folder/check.py" "$COUPLET"
formats=$?
python3 -B "$folder/mappings.py" "$COUPLET" && [ $formats -eq 0 ]
