import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { siblingModule } from '../sibling-module.ts';
import { brokerObstacle, startBroker } from './broker.ts';
import { MosquittoLog } from './mosquitto-log.ts';

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
  const pid = broker.pid!;
  const closed = new Promise<void>((resolve) => client.once('close', resolve));
  await broker.stop();
  await closed;
  expect(alive(pid)).toBe(false);
});

test('comes back on the port it had', async () => {
  const first = await startBroker();
  await first.stop();
  await using second = await startBroker({ port: first.port });
  expect(second.port).toBe(first.port);
  await expect(startBroker({ port: first.port })).rejects.toThrow('EADDRINUSE');
});

test('ends with its parent, even one that is killed', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'brownout-orphan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const parent = fork(siblingModule(import.meta.url, '../testing/broker-parent'), { env: { ...process.env, TMPDIR: folder } });
  const pid = (await once(parent, 'message'))[0] as number;
  expect(alive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(alive(pid)).toBe(false), { timeout: 5000 });
});

test('nothing is left of it, whatever it was told, and its owner hears of every process group', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'brownout-owner-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const kind of ['aedes', 'mosquitto'] as const) {
    if (brokerObstacle(kind)) continue;
    const groups = { started: [] as number[], gone: [] as number[] };
    const watcher = { started: (group: number) => void groups.started.push(group), gone: (group: number) => void groups.gone.push(group) };
    const broker = await startBroker({ kind, within: folder, watcher });
    const { comeUp } = await broker.goDown('crash');
    await comeUp({ forget: false });
    const again = await broker.goDown('shutdown');
    await Promise.all([again.comeUp({ forget: true }), broker.stop()]);
    expect(readdirSync(folder)).toEqual([]);
    expect(groups.gone).toEqual(groups.started);
    expect(groups.started.filter(alive)).toEqual([]);
  }
});

test("mosquitto's log tells who is connected, in the words of its versions", () => {
  const log = new MosquittoLog();
  log.hear('New client connected from 127.0.0.1:4 as press 1 (p2, c0, k60, u\'somebody\').');
  log.hear('New client connected from 127.0.0.1:5 as oven (p5, c1, k60).');
  log.hear('New client connected from 127.0.0.1:6 as line (p2, c1, k60).');
  log.hear('Client press 1 already connected, closing old connection.');
  log.hear('Client oven [127.0.0.1:5] disconnected: connection closed by client.');
  log.hear('Client line has exceeded timeout, disconnecting.');
  log.hear('Client <unknown> disconnected, not authorised.');
  expect([...log.clean]).toEqual([['press 1', false]]);
  expect([...log.takenOver]).toEqual([['press 1', 1]]);
  expect(log.refused).toBe(1);
});
