import { setTimeout as sleep } from 'node:timers/promises';
import { decodeRegisters } from '../devices/register-map.ts';
import { modbusClient } from './modbus-client.ts';

/** `poller PORT [TIMEOUT_MS [PAUSE_MS]]`: polls a machine, pauses (20 ms), and tells its parent the number of each reading it got, until told to stop. */
const [, , port, timeoutMs, pauseMs] = process.argv;
const client = await modbusClient(Number(port), Number(timeoutMs ?? 1000));
const stop = new AbortController();
process.once('message', () => stop.abort());
process.once('disconnect', () => process.exit());
while (!stop.signal.aborted) {
  const answer = await client.readHoldingRegisters(0, 10).catch(() => undefined);
  if (answer) process.send?.(decodeRegisters(answer.data).n);
  await sleep(Number(pauseMs ?? 20));
}
client.close(() => process.exit());
