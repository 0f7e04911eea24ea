#!/bin/sh
# One [[inputs.modbus]] for each machine, as the plugin wants it; everything else is in gateway.conf.
set -e
machine=0
for port in $(echo "$MACHINE_PORTS" | tr ',' ' '); do
  machine=$((machine + 1))
  cat <<EOF
[[inputs.modbus]]
  name = "machine-$machine"
  slave_id = 1
  timeout = "1s"
  controller = "tcp://127.0.0.1:$port"
  holding_registers = [
    { name = "n",        byte_order = "ABCD", data_type = "UINT32",       scale = 1.0, address = [0, 1] },
    { name = "value",    byte_order = "ABCD", data_type = "FLOAT32-IEEE", scale = 1.0, address = [2, 3] },
    { name = "uptimeMs", byte_order = "ABCD", data_type = "UINT32",       scale = 1.0, address = [4, 5] },
    { name = "state",    byte_order = "AB",   data_type = "UINT16",       scale = 1.0, address = [6] },
    { name = "counter",  byte_order = "ABCD", data_type = "UINT32",       scale = 1.0, address = [7, 8] },
    { name = "alarms",   byte_order = "AB",   data_type = "UINT16",       scale = 1.0, address = [9] },
  ]
EOF
done >"$FOLDER/machines.conf"
exec telegraf --config "$(dirname "$0")/gateway.conf" --config "$FOLDER/machines.conf"
