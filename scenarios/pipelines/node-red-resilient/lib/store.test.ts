import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const { Store } = require('./store.cjs');
const { Ingest } = require('./ingest.cjs');
const { floatOfBits } = require('./machines.cjs');

const statement = { backlog: 0, full: false, diskError: null, machines: {}, clock: { settled: true, disputed: false, wallOffByMs: 0 } };
const reading = (n: number, bits = 0x3f800000) => ({
  machine: 'press', boot: 'boot-1', micros: n, time: n * 10, uncertain: false, n, bits, uptimeMs: n, state: 1, counter: n, alarms: 0,
});
const batch = (readings: unknown[], gaps: unknown[] = []) => ({
  gateway: 'gateway-1', queue: 'queue-1', connection: 'c', sentMicros: 5, first: 1, last: 9, readings, gaps, statement,
});
const bytes = (it: unknown) => Buffer.from(JSON.stringify(it));

test('however often and in whatever batches a reading comes, it is one row, and a gap too', () => {
  const store = new Store(':memory:');
  const gap = { machine: 'press', boot: 'boot-1', micros: 2, from: 10, to: 20, uncertain: false, reason: 'the gateway was down' };
  store.commit(batch([reading(1), reading(2)], [gap]), 0);
  store.commit(batch([reading(2), reading(3)], [gap]), 0);
  expect(store.readings(0, 10).map((row: any) => row.n)).toEqual([1, 2, 3]);
  expect(store.gaps(0, 10)).toMatchObject([{ device: 'press', from: 10, to: 20, uncertain: false, reason: 'the gateway was down' }]);
  store.close();
});

test('a machine that counts from 1 again after a reboot loses no reading to its earlier ones', () => {
  const store = new Store(':memory:');
  store.commit(batch([reading(1), { ...reading(1), micros: 2 }, { ...reading(1), boot: 'boot-2' }]), 0);
  expect(store.readings(0, 10)).toHaveLength(3);
  store.close();
});

test('floats arrive bit for bit', () => {
  const store = new Store(':memory:');
  const all = [0x00000001, 0x80000000, 0x3dcccccd, 0x7f7fffff, 0xff7fffff, 0x7f800000, 0x7fc00001];
  const sent = JSON.parse(JSON.stringify(batch(all.map((bits, i) => reading(i + 1, bits)))));
  store.commit(sent, 0);
  const rows = store.readings(0, 10);
  expect(rows.map((row: any) => row.bits)).toEqual(all);
  // Neither JSON nor SQL has a name for -0, NaN and infinity; `bits` has.
  for (const [i, bits] of all.slice(0, 5).entries()) expect(rows[i].value === floatOfBits(bits)).toBe(true);
  store.close();
});

test('garbage holds up nothing: it is set aside, and the rows next to it are stored and confirmed', () => {
  const store = new Store(':memory:');
  const ingest = new Ingest(store);
  for (const garbage of ['{"gateway', '[]', 'null', '{}', '\u0000']) expect(ingest.take(Buffer.from(garbage), 0)).toBeUndefined();
  const taken = ingest.take(bytes(batch([reading(1), null, { ...reading(2), n: -1 }, reading(3)], [{ machine: 'press' }])), 77);
  expect(taken).toMatchObject({ gateway: 'gateway-1', confirm: { queue: 'queue-1', first: 1, last: 9, sentMicros: 5, ingestReceivedMicros: 77 } });
  expect(store.readings(0, 10).map((row: any) => row.n)).toEqual([1, 3]);
  expect(store.rejectedCount()).toBe(8);
  store.close();
});

test('nothing is confirmed that could not be stored', () => {
  const store = new Store(':memory:');
  const ingest = new Ingest(store);
  store.close();
  expect(() => ingest.take(bytes(batch([reading(1)])), 0)).toThrow();
});
