#!/bin/sh
# Starts mosquitto with a bridge to the platform, and then the command in the arguments. Both are one box: they lose
# their power together. The configuration is Debian's, plus what a bridge cannot do without; the platform's broker lets
# nobody publish to $SYS, as those of clouds, so the bridge must not announce itself there.
set -e
PATH="$PATH:/usr/local/sbin:/usr/sbin" # where Debian puts it, and where not every user looks
command -v mosquitto >/dev/null || { echo "mosquitto is not installed; on Debian: apt install mosquitto"; exit 1; }

cat >"$FOLDER/mosquitto.conf" <<EOF
persistence true
persistence_location $FOLDER/
user root

listener $LOCAL_PORT 127.0.0.1
allow_anonymous true

connection platform
address $BROKER_ADDRESS
notifications false
topic resilient/batch/# out 1
topic resilient/gone/# out 1
topic resilient/confirm/# in 1
topic resilient/hello in 1
EOF
mosquitto -c "$FOLDER/mosquitto.conf" &
exec "$@"
