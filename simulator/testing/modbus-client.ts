import ModbusRTU from 'modbus-serial';

/** A Modbus TCP client as a gateway would use it: modbus-serial with a timeout. Disposing of it breaks its connection. */
export async function modbusClient(port: number, timeoutMs = 1000) {
  const client = new ModbusRTU.default();
  client.on('error', () => {});
  await client.connectTCP('127.0.0.1', { port });
  client.setID(1);
  client.setTimeout(timeoutMs);
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy(() => {}) });
}

export type ModbusClient = Awaited<ReturnType<typeof modbusClient>>;
