import { expect, test } from 'vitest';
import type { Delivery, Reading, Recorder } from '../../simulator/recorder.ts';
import { drainBounds, isDrained, type DrainView } from './drain.ts';
import { Flow } from './flow.ts';

const S = 1_000_000;
const bounds = drainBounds(10 * S, { 'recovers-within': 8000, 'drains-within': 15_000 }, 20_000);
const quiet: DrainView = { allLive: true, saysItHolds: false, lastOldArrivalAtMicros: 0 };
const isOver = (view: Partial<DrainView>, missing: number, atSeconds: number) => isDrained({ ...quiet, ...view }, missing, atSeconds * S, bounds);

test('with nothing missing and every device live a drain is over as soon as it is quiet', () => {
  expect(isOver({}, 0, 11)).toBe(true);
  expect(isOver({ lastOldArrivalAtMicros: 10.5 * S }, 0, 11)).toBe(false);
});

test('a device that is not live again is waited for as long as recovers-within, and no longer', () => {
  expect(isOver({ allLive: false }, 0, 17.9)).toBe(false);
  expect(isOver({ allLive: false }, 0, 19)).toBe(true);
});

test('what is missing is waited for as long as drains-within, and no longer if nothing tells that it will come', () => {
  expect(isOver({}, 1, 24.9)).toBe(false);
  expect(isOver({}, 1, 26)).toBe(true);
});

test('a pipeline that says it holds something, or still delivers, is waited for, to the bound', () => {
  for (const view of [{ saysItHolds: true }, { lastOldArrivalAtMicros: 40 * S }]) {
    expect(isOver(view, 1, 44)).toBe(false);
    expect(isOver(view, 1, 46)).toBe(true);
  }
});

const nowhere: Recorder = { reading() {}, delivery() {}, event() {} };
const read = (device: string, n: number, atMicros: number): Reading => ({ device, n, value: n, atMicros, handover: 'acknowledged' });
const arrived = (device: string, n: number): Delivery => ({ device, n, value: n, stampMicros: NaN, seenAtMicros: 0 });
const healed = (atMicros: number) => ({ kind: 'fault', fault: '1', action: 'healed', detail: '', atMicros }) as const;

test('a device is live again once something has arrived that was read after the last failure', () => {
  const flow = new Flow(nowhere);
  flow.reading(read('a', 1, S));
  flow.arrived([arrived('a', 1), arrived('b', 1)]);
  flow.event(healed(2 * S));
  flow.arrived([arrived('a', 2)]);
  flow.reading(read('a', 2, 3 * S)); // its handover is settled after it has arrived
  expect(flow.allLive).toBe(false);
  flow.reading(read('b', 2, 1.9 * S));
  flow.arrived([arrived('b', 2)]);
  expect(flow.allLive).toBe(false);
  flow.reading(read('b', 3, 2.1 * S));
  flow.arrived([arrived('b', 3)]);
  expect(flow.allLive).toBe(true);
  flow.event(healed(4 * S));
  expect([flow.allLive, flow.lastHealMicros]).toEqual([false, 4 * S]);
});

test('a pipeline says that it holds something once its backlog is larger than it ever was before the first failure', () => {
  const flow = new Flow(nowhere);
  flow.arrived([arrived('a', 1)]);
  const says = (backlog: number) => flow.event({ kind: 'health', node: 'x', status: 'ok', said: 'ok', backlog, atMicros: 0 });
  says(6);
  expect(flow.saysItHolds).toBe(false);
  flow.event({ kind: 'fault', fault: '1', action: 'applied', detail: '', atMicros: 0 });
  says(7);
  expect(flow.saysItHolds).toBe(false);
  says(8);
  expect(flow.saysItHolds).toBe(true);
});

test('when the last device has come back, more may come with it: that counts as the last arrival', () => {
  const flow = new Flow(nowhere);
  flow.reading(read('a', 1, S));
  flow.arrived([arrived('a', 1)]);
  flow.event(healed(2 * S));
  flow.reading(read('a', 2, 3 * S));
  flow.arrived([{ ...arrived('a', 2), seenAtMicros: 9 * S }], 2 * S);
  expect([flow.allLive, flow.lastOldArrivalAtMicros]).toEqual([true, 9 * S]);
});

test('what the harness stood still since the last failure ended is added up', () => {
  const flow = new Flow(nowhere);
  flow.event({ kind: 'host-stall', fromMicros: 0, atMicros: S });
  flow.event(healed(2 * S));
  flow.event({ kind: 'host-stall', fromMicros: 3 * S, atMicros: 4 * S });
  flow.event({ kind: 'host-starved', fromMicros: 4 * S, atMicros: 5 * S, lateMicros: 400_000 });
  expect(flow.stoodStillMicros).toBe(1_400_000);
});
