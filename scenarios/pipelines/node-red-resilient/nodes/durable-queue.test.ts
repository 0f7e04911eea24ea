import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { expect, onTestFinished, test } from 'vitest';

const require = createRequire(import.meta.url);
const { DurableQueue } = require('../lib/queue.cjs');

/** The node, as Node-RED makes it, with a queue file in RAM. */
function durableQueue(options = {}) {
  const queue = new DurableQueue({ file: ':memory:', boot: 'boot-1', wallOffsetMicros: 0, gapAfterMicros: 350_000, ...options });
  const file = { queue, troubles: {}, diskError: null as string | null };
  const committed: string[] = [];
  const node = Object.assign(new EventEmitter(), {
    status() {}, error() {}, send: (msg: any) => void committed.push(...msg.payload.committed),
  });
  let make: any;
  require('./durable-queue.cjs')({ nodes: { registerType: (_: string, made: any) => { make = made; }, createNode() {}, getNode: () => file } });
  make.call(node, { queue: 'file' });
  onTestFinished(() => {
    node.emit('close');
    queue.close();
  });
  let n = 0;
  const read = (machine: string) => node.emit('input', {
    payload: { troubles: {}, readings: [{ machine, askedMicros: (n += 1) * 100_000, answeredMicros: n * 100_000 + 1000, n, bits: 0, uptimeMs: n * 100, state: 1, counter: n, alarms: 0 }] },
  }, null, () => {});
  return { queue, file, committed, read };
}

test('a machine may be asked again once its reading is on disk', () => {
  const { committed, read, queue } = durableQueue();
  read('press');
  expect(committed).toEqual(['press']);
  expect(queue.size).toBe(1);
});

test('while the disk is full no machine is asked again, and afterwards nothing that was read is missing', async () => {
  const { committed, read, queue, file } = durableQueue();
  queue.db.exec(`PRAGMA max_page_count = ${queue.db.prepare('PRAGMA page_count').get().page_count}`);
  while (file.diskError === null) read('press');
  const taken = committed.length;
  expect(queue.size).toBe(taken);
  read('oven');
  expect(committed).toHaveLength(taken);
  queue.db.exec('PRAGMA max_page_count = 1000000');
  await expect.poll(() => committed.slice(taken)).toEqual(['press', 'oven']);
  expect(queue.size).toBe(taken + 2);
  expect(file.diskError).toBeNull();
});

test('while the queue is full what was read is kept, and no machine is asked again before there is room', async () => {
  const { committed, read, queue } = durableQueue({ capacity: 2 });
  read('press');
  read('oven');
  expect(committed).toEqual(['press']);
  expect(queue.size).toBe(2);
  queue.confirm(1, 1);
  await expect.poll(() => committed).toEqual(['press', 'oven']);
});
