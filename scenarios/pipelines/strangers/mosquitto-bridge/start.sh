#!/bin/sh
# Starts mosquitto with a bridge to the platform, and then the command in the arguments: the gateway's box, whose parts
# lose their power together. The configuration is what the manual shows, and what is not in it is at its default.
# BRIDGE_QOS and BRIDGE_CLEAN_SESSION are what the three pipelines differ in.
set -e
PATH="$PATH:/usr/local/sbin:/usr/sbin" # where Debian puts it, and where not every user looks
command -v mosquitto >/dev/null || { echo "mosquitto is not installed; on Debian: apt install mosquitto"; exit 1; }

cat >"$FOLDER/mosquitto.conf" <<EOF
persistence true
persistence_location $FOLDER/
user $(id -un)

listener $LOCAL_PORT 127.0.0.1
allow_anonymous true

connection platform
address $BROKER_ADDRESS
topic plant/# out${BRIDGE_QOS:+ $BRIDGE_QOS}
${BRIDGE_CLEAN_SESSION:+cleansession $BRIDGE_CLEAN_SESSION}
EOF
mosquitto -c "$FOLDER/mosquitto.conf" &
exec "$@"
