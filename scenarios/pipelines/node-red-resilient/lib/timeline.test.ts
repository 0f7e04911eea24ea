import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const { newTimeline, sampleOf, stamp, learn, prune } = createRequire(import.meta.url)('./timeline.cjs');

const S = 1_000_000;
const HOUR = 3600 * S;
/** True time of the monotonic instant 0. */
const OFFSET = 1_700_000_000 * S;
const TOLERANCE = 100_000;

const stampAt = (timeline: unknown, micros: number) => stamp(timeline, { micros, errorMicros: 500 }, TOLERANCE);
const sample = (micros: number, offsetMicros = OFFSET, errorMicros = 1000) => ({ micros, offsetMicros, errorMicros });
const settledAt = (micros: number) => {
  const timeline = newTimeline(OFFSET);
  learn(timeline, sample(micros), { wallOffsetMicros: OFFSET, sentMicros: 0 });
  return timeline;
};

test('a boot that never reached the ingest is stamped by the wall clock, and marked', () => {
  expect(stampAt(newTimeline(OFFSET), 5 * S)).toEqual({ stampMicros: OFFSET + 5 * S, uncertain: true });
});

test('a gateway that boots with a wrong clock is put right by the first check, back to its first reading', () => {
  const timeline = newTimeline(OFFSET - 10 * HOUR);
  expect(learn(timeline, sample(20 * S), { wallOffsetMicros: OFFSET - 10 * HOUR, sentMicros: 0 })).toBe('settled');
  expect(stampAt(timeline, 1 * S)).toEqual({ stampMicros: OFFSET + 1 * S, uncertain: false });
});

test('a jump of the wall clock, there and back, changes nothing', () => {
  const timeline = settledAt(1 * S);
  for (const jump of [HOUR, -HOUR, 0]) {
    expect(learn(timeline, sample(9 * S), { wallOffsetMicros: OFFSET + jump, sentMicros: 8 * S })).toBe('agreed');
    expect(stampAt(timeline, 9 * S)).toEqual({ stampMicros: OFFSET + 9 * S, uncertain: false });
  }
});

test('a jump of the ingest clock alone is not believed', () => {
  const timeline = settledAt(1 * S);
  expect(learn(timeline, sample(9 * S, OFFSET + HOUR), { wallOffsetMicros: OFFSET, sentMicros: 8 * S })).toBe('kept');
  expect(stampAt(timeline, 9 * S)).toEqual({ stampMicros: OFFSET + 9 * S, uncertain: false });
});

test('three clocks with three opinions: stamps are marked from the last agreement until the next', () => {
  const timeline = settledAt(1 * S);
  expect(learn(timeline, sample(9 * S, OFFSET + HOUR), { wallOffsetMicros: OFFSET - HOUR, sentMicros: 0 })).toBe('disputed');
  expect(stampAt(timeline, 5 * S).uncertain).toBe(true);
  expect(stampAt(timeline, 50 * S).uncertain).toBe(true);
  learn(timeline, sample(60 * S), { wallOffsetMicros: OFFSET - HOUR, sentMicros: 0 });
  expect(stampAt(timeline, 50 * S).uncertain).toBe(false);
});

test('a machine that slept follows the two other clocks, and marks what it cannot place', () => {
  const timeline = settledAt(1 * S);
  expect(learn(timeline, sample(9 * S, OFFSET + HOUR), { wallOffsetMicros: OFFSET + HOUR, sentMicros: 0 })).toBe('stepped');
  expect(stampAt(timeline, 5 * S).uncertain).toBe(true);
  expect(stampAt(timeline, 10 * S)).toEqual({ stampMicros: OFFSET + HOUR + 10 * S, uncertain: false });
});

test('the drift of a long outage is spread over it, and marked where it can only be guessed', () => {
  const timeline = settledAt(1 * S);
  const drift = 0.00005 * 72 * HOUR;
  expect(learn(timeline, sample(72 * HOUR, OFFSET + drift), { wallOffsetMicros: OFFSET, sentMicros: 1 * S })).toBe('adjusted');
  const middle = stampAt(timeline, 36 * HOUR);
  expect(Math.abs(middle.stampMicros - (OFFSET + 36 * HOUR + drift / 2))).toBeLessThan(0.1 * S);
  expect(middle.uncertain).toBe(true);
  expect(stampAt(timeline, 72 * HOUR)).toEqual({ stampMicros: OFFSET + 72 * HOUR + drift, uncertain: false });
});

test('an uneven round trip is never wrong by more than it admits', () => {
  fc.assert(fc.property(fc.nat(5 * S), fc.nat(5 * S), fc.nat(S), (there, back, thinking) => {
    const sentMicros = 7 * S;
    const received = sentMicros + there;
    const it = sampleOf({
      sentMicros, ingestReceivedMicros: OFFSET + received, ingestSentMicros: OFFSET + received + thinking, receivedMicros: received + thinking + back,
    });
    expect(Math.abs(it.offsetMicros - OFFSET)).toBeLessThanOrEqual(it.errorMicros + 1);
  }));
});

test('whatever is learned, stamps that were given away keep their order', () => {
  const step = fc.record({ after: fc.integer({ min: 2000, max: 30 * S }), error: fc.integer({ min: 100, max: 400_000 }), skew: fc.double({ min: -1, max: 1, noNaN: true }) });
  fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
    const timeline = settledAt(0);
    let [micros, lastStamp] = [0, -Infinity];
    for (const { after, error, skew } of steps) {
      const sentMicros = micros;
      micros += after;
      learn(timeline, sample(micros, OFFSET + Math.round(skew * error), error), { wallOffsetMicros: OFFSET, sentMicros });
      prune(timeline, sentMicros);
      for (const at of [sentMicros + 1000, micros]) {
        const { stampMicros } = stampAt(timeline, at);
        expect(stampMicros).toBeGreaterThan(lastStamp);
        lastStamp = stampMicros;
      }
    }
  }));
});
