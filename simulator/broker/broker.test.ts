import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connectAsync } from 'mqtt';
import { expect, test, vi } from 'vitest';
import { siblingModule } from '../sibling-module.ts';
import { startBroker } from './broker.ts';

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('hands a message on, and is gone when stopped', async () => {
  await using broker = await startBroker();
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 });
  await client.subscribeAsync('plant/#', { qos: 1 });
  const message = new Promise((resolve) => client.once('message', (_topic, payload) => resolve(String(payload))));
  await client.publishAsync('plant/machine-1', '21.5', { qos: 1 });
  expect(await message).toBe('21.5');
  const closed = new Promise<void>((resolve) => client.once('close', resolve));
  await broker.stop();
  await closed;
  expect(alive(broker.pid)).toBe(false);
});

test('comes back on the port it had', async () => {
  const first = await startBroker();
  await first.stop();
  await using second = await startBroker({ port: first.port });
  expect(second.port).toBe(first.port);
  await expect(startBroker({ port: first.port })).rejects.toThrow('EADDRINUSE');
});

test('ends with its parent, even one that is killed', async () => {
  const parent = fork(siblingModule(import.meta.url, '../testing/broker-parent'));
  const pid = (await once(parent, 'message'))[0] as number;
  expect(alive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(alive(pid)).toBe(false), { timeout: 5000 });
});
