import { expect, test } from 'vitest';
import type { Delivery, Reading, Recorder } from '../../simulator/recorder.ts';
import { Flow } from './flow.ts';

const nowhere: Recorder = { reading() {}, delivery() {}, event() {} };
const read = (n: number, atMicros: number, handover: Reading['handover'] = 'acknowledged'): Reading => ({ device: 'd', n, value: n, atMicros, handover });
const arrived = (n: number, seenAtMicros: number): Delivery => ({ device: 'd', n, value: n, stampMicros: NaN, seenAtMicros });

test('a reading is outstanding from its acknowledgement to its arrival', () => {
  const flow = new Flow(nowhere);
  flow.reading(read(1, 100));
  flow.reading(read(2, 200));
  expect(flow.outstandingIn({ fromMicros: 0, toMicros: 150 })).toBe(1);
  flow.arrived([arrived(1, 300)]);
  expect(flow.outstandingIn({ fromMicros: 0, toMicros: 150 })).toBe(0);
  expect(flow.backlog).toBe(1);
});

test('what was lost before data first flowed from end to end does not keep a drain going', () => {
  const flow = new Flow(nowhere);
  flow.reading(read(1, 100));
  expect(flow.outstandingIn({ fromMicros: 101, toMicros: 500 })).toBe(0);
});

test('one that arrives before its handover is settled never becomes outstanding', () => {
  const flow = new Flow(nowhere);
  flow.arrived([arrived(1, 150)]);
  flow.reading(read(1, 100));
  expect(flow.backlog).toBe(0);
});

test('an indeterminate reading is not waited for', () => {
  const flow = new Flow(nowhere);
  flow.reading(read(1, 100, 'indeterminate'));
  expect(flow.backlog).toBe(0);
});

test('only what was latched before the horizon keeps a drain going', () => {
  const flow = new Flow(nowhere);
  flow.reading(read(1, 100));
  flow.reading(read(2, 900));
  flow.arrived([arrived(1, 1000)], 500);
  flow.arrived([arrived(2, 2000)], 500);
  expect(flow.lastOldArrivalAtMicros).toBe(1000);
});
