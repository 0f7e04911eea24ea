import fc from 'fast-check';
import { expect, test } from 'vitest';
import { poll } from '../testing/virtual-client.ts';
import type { Part, VirtualClientOptions } from '../testing/virtual-client.ts';

const WHOLE: Part[] = [{ start: 0, count: 10 }];
const HALVES: Part[] = [{ start: 0, count: 5 }, { start: 5, count: 5 }];
const TAGS: Part[] = [[0, 2], [2, 2], [4, 2], [6, 1], [7, 2], [9, 1]].map(([start, count]) => ({ start: start!, count: count! }));
const REGISTERS: Part[] = Array.from({ length: 10 }, (_, start) => ({ start, count: 1 }));
const WITH_A_SLOW_TAG: Part[] = [{ start: 0, count: 4 }, { start: 7, count: 2, every: 5 }];
const FLOAT: Part[] = [{ start: 2, count: 2 }];

const ways = { WHOLE, HALVES, TAGS, REGISTERS, WITH_A_SLOW_TAG, FLOAT };
const calm: VirtualClientOptions = {
  watermark: 'registers', parts: WHOLE, periodMs: 100, timeoutMs: 1000, pollTimeoutMs: 1000, atOnce: false, onTimeout: 'abandon',
  connectsFor: 'run', readsAfterMs: 0, heldMs: () => 0, stalls: [], breaksAtMs: [], forMs: 3000,
};
const watermarkOf = (parts: Part[]) => (parts === FLOAT ? 'value' : 'registers');

const anyClient = fc.record({
  parts: fc.constantFrom(...Object.values(ways)),
  periodMs: fc.constantFrom(20, 50, 100),
  timeoutMs: fc.integer({ min: 40, max: 400 }),
  atOnce: fc.boolean(),
  onTimeout: fc.constantFrom('abandon' as const, 'retry' as const, 'go-on' as const),
  connectsFor: fc.constantFrom('run' as const, 'run' as const, 'round' as const, 'request' as const),
  /** In percent of its time-out. */
  readsAfter: fc.integer({ min: 0, max: 24 }),
  holds: fc.array(fc.record({ request: fc.integer({ min: 1, max: 80 }), percent: fc.integer({ min: 1, max: 200 }) }), { maxLength: 12 }),
  stalls: fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 2900 }), forMs: fc.integer({ min: 1, max: 500 }) }), { maxLength: 3 }),
  breaksAtMs: fc.array(fc.integer({ min: 0, max: 2900 }), { maxLength: 2 }),
});

test('whatever a client does and whatever happens to it: what is acknowledged it has really taken', () => {
  let acknowledgedInAll = 0;
  let usedInAll = 0;
  fc.assert(
    fc.property(anyClient, ({ readsAfter, holds, ...client }) => {
      const heldMs = (request: number) => ((holds.find((it) => it.request === request)?.percent ?? 0) * client.timeoutMs) / 100;
      const readsAfterMs = Math.floor((readsAfter * client.timeoutMs) / 100);
      const { acknowledged, used } = poll({
        ...calm, ...client, watermark: watermarkOf(client.parts), pollTimeoutMs: client.timeoutMs, readsAfterMs, heldMs: (request) => Math.ceil(heldMs(request)),
      });
      const taken = new Set(used);
      expect(acknowledged.filter((n) => !taken.has(n))).toEqual([]);
      acknowledgedInAll += acknowledged.length;
      usedInAll += used.length;
    }),
    { numRuns: 300, seed: 5 },
  );
  expect(acknowledgedInAll / usedInAll).toBeGreaterThan(0.7);
});

test('undisturbed, every reading but the last is acknowledged, however it is polled', () => {
  for (const [name, parts] of Object.entries(ways)) {
    for (const atOnce of [false, true]) {
      for (const connectsFor of ['run', 'round', 'request'] as const) {
        const { acknowledged, used } = poll({ ...calm, parts, watermark: watermarkOf(parts), atOnce, connectsFor });
        // From the first two rounds with a slow tag nobody can know which of them is the rule.
        const learned = parts === WITH_A_SLOW_TAG ? 2 : 0;
        expect(acknowledged.filter((n) => n > learned), `${name}, ${atOnce ? 'at once' : 'in turn'}, a connection for each ${connectsFor}`).toEqual(used.slice(learned, -1));
        expect(used.length).toBe(30);
      }
    }
  }
});

test('a bus that takes 60 ms for an answer costs no reading where the pipeline says that it waits', () => {
  for (const parts of [WHOLE, HALVES, TAGS]) {
    const slow = { ...calm, parts, periodMs: 500, forMs: 10_000, heldMs: () => 60 };
    const { acknowledged, used } = poll(slow);
    expect(acknowledged).toEqual(used.slice(0, -1));
    expect(poll({ ...slow, heldMs: () => 90, pollTimeoutMs: undefined }).acknowledged).toEqual([]);
  }
});

const after = (ms: number) => poll({ ...calm, periodMs: 200, timeoutMs: 200, pollTimeoutMs: 200, heldMs: () => ms });

test('an answer in three quarters of the time-out counts, a later one does not', () => {
  const inTime = after(130);
  expect(inTime.acknowledged).toEqual(inTime.used.slice(0, -1));
  const late = after(151);
  expect(late.used.length).toBe(inTime.used.length);
  expect(late.acknowledged).toEqual([]);
});

test('a part that is late leaves its reading open', () => {
  const halves = { ...calm, parts: HALVES, timeoutMs: 150, pollTimeoutMs: 150 };
  const secondHalf = 20;
  const { used, indeterminate, acknowledged } = poll({ ...halves, heldMs: (request) => (request === secondHalf ? 200 : 0) });
  expect(used).not.toContain(10);
  expect(indeterminate).toContain(10);
  expect(acknowledged.length).toBeGreaterThanOrEqual(used.length - 3);
});

test('so does a part that its client needs and did not ask for, though all that it did ask for came in time', () => {
  const givesUpUnseen = { ...calm, parts: HALVES, timeoutMs: 40, pollTimeoutMs: 1000 };
  const firstHalf = 19;
  const { used, indeterminate, acknowledged } = poll({ ...givesUpUnseen, heldMs: (request) => (request === firstHalf ? 60 : 0) });
  expect(used).not.toContain(10);
  expect(indeterminate).toContain(10);
  expect(acknowledged).toEqual(used.slice(0, -1));
});
