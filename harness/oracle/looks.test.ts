import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../simulator/recorder.ts';
import { judge } from './judge.ts';
import { beganAt, looksOf, mayBeThereSince, seenBy } from './looks.ts';
import { anyGoodStory } from './testing/arbitrary-story.ts';
import { historyOf, momentsOf, type Story } from './testing/story.ts';
import { brokenIn, verdictsOf } from './testing/verdicts.ts';

const S = 1_000_000;
type Look = Extract<HistoryEvent, { kind: 'look' }>;

function look(fromMicros: number, atMicros: number, failed?: string): Look {
  return { kind: 'look', of: 'readings', fromMicros, atMicros, outcome: failed === undefined ? 'ok' : 'failed', ...(failed !== undefined && { detail: failed }) };
}

/** Looks take the place of those that the story had; rows are seen at the first good look that begins after they were there. */
function watched(story: Story, looks: Look[]): Story {
  const good = looks.filter(({ outcome }) => outcome === 'ok');
  const deliveries = story.deliveries.map((row) => ({ ...row, seenAtMicros: good.find(({ fromMicros }) => fromMicros >= row.seenAtMicros)?.atMicros ?? row.seenAtMicros }));
  return { ...story, deliveries, events: [...looks, ...story.events.filter(({ kind }) => kind !== 'look')] };
}

/** Looks of some length, some time apart, to the end; where `failsFrom` and `failsTo` are given, those between fail at once. */
function looksEvery(everyMicros: number, tookMicros: number, endMicros: number, fails?: { from: number; to: number }): Look[] {
  const looks: Look[] = [];
  for (let at = 0; at < endMicros; at += everyMicros) {
    const failed = fails && at >= fails.from && at < fails.to;
    looks.push(failed ? look(at, at + 1000, 'connect ECONNREFUSED') : look(at, at + tookMicros));
  }
  looks.push(look(endMicros, endMicros + tookMicros));
  return looks;
}

test('what a look shows may have been there since the last good one before it began', () => {
  const looks = looksOf([look(0, 10), look(100, 110), look(200, 210, 'timed out'), look(300, 350), look(1000, 1001)], 'readings');
  expect([5, 10, 11, 105, 110, 330, 350, 351, 1000.5].map((seen) => mayBeThereSince(looks, seen))).toEqual([-Infinity, -Infinity, 0, 0, 0, 100, 100, 300, 300]);
  expect([-1, 0, 99, 100, 250, 400, 1000].map((at) => seenBy(looks, at))).toEqual([10, 110, 110, 350, 350, 1001, Infinity]);
  expect([5, 50, 340].map((at) => beganAt(looks, at))).toEqual([0, 50, 300]);
  expect(looks.failed).toEqual([{ fromMicros: 200, toMicros: 210, why: 'timed out' }]);
});

test('one event stands for looks at every multiple of a time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(200), fc.nat(1000), fc.nat(1200), (every, from, length, at) => {
      const to = from + length;
      const single: Look[] = [];
      for (let micros = Math.ceil(from / every) * every; micros <= to; micros += every) single.push(look(micros, micros));
      fc.pre(single.length > 0);
      const [one, many] = [looksOf([{ ...look(from, to), everyMicros: every }], 'readings'), looksOf(single, 'readings')];
      expect([mayBeThereSince(one, at), seenBy(one, at)]).toEqual([mayBeThereSince(many, at), seenBy(many, at)]);
    }),
  );
});

test('a pipeline that was live in time is held, however far apart and however long the looks are', () => {
  const spacing = fc.record({ everyMicros: fc.integer({ min: 50_000, max: 900_000 }), share: fc.double({ min: 0, max: 0.9, noNaN: true }) });
  fc.assert(
    fc.property(anyGoodStory, spacing, ({ story, options }, { everyMicros, share }) => {
      // Seen so late after the claim that a judge who takes the sight for the arrival would break it.
      story.meta.terms.claims['recovers-within'] = 600;
      const tookMicros = Math.min(everyMicros * share, 1_000_000 - everyMicros - 1);
      const changed = watched(story, looksEvery(everyMicros, tookMicros, momentsOf(options).finalRead));
      expect(brokenIn(changed)).toEqual([]);
      expect(verdictsOf(changed)).toMatchObject({ recovers: 'held', drains: 'held', 'stale-shown': 'held', 'layer-named': 'held' });
    }),
    { numRuns: 20 },
  );
});

test('what nobody could see while the reader was away is in doubt, and the look that failed is named', () => {
  const { story, options } = fc.sample(anyGoodStory, { numRuns: 1, seed: 5 })[0]!;
  const { healed, finalRead } = momentsOf(options);
  const changed = watched(story, looksEvery(100_000, 2000, finalRead, { from: healed - 0.2 * S, to: healed + 8 * S }));
  expect(brokenIn(changed)).toEqual([]);
  const { reason, verdict } = judge(historyOf(changed)).guarantees.find(({ guarantee }) => guarantee.id === 'recovers')!;
  expect([verdict, reason]).toEqual(['inconclusive', expect.stringMatching(/could not see the outlet for 8\.\d+ s, .* into the run \(connect ECONNREFUSED\)/)]);
});

test('a look that hangs is no better than one that fails', () => {
  const { story, options } = fc.sample(anyGoodStory, { numRuns: 1, seed: 5 })[0]!;
  const { healed, finalRead } = momentsOf(options);
  const looks = looksEvery(100_000, 2000, finalRead).filter(({ fromMicros }) => fromMicros < healed - 0.2 * S || fromMicros > healed + 8 * S);
  const changed = watched(story, [...looks, look(healed - 0.1 * S, healed + 7.9 * S)].toSorted((a, b) => a.fromMicros - b.fromMicros));
  expect(brokenIn(changed)).toEqual([]);
  expect(verdictsOf(changed)['recovers']).toBe('inconclusive');
});

test('an outlet that turns every look away until it is read for the last time is not live', () => {
  const { story, options } = fc.sample(anyGoodStory, { numRuns: 1, seed: 5 })[0]!;
  const { healed, finalRead } = momentsOf(options);
  const changed = watched(story, looksEvery(100_000, 2000, finalRead, { from: healed - 0.2 * S, to: finalRead }));
  expect(verdictsOf(changed)['recovers']).toBe('broken');
});

test('looks that come in time excuse nobody who is late', () => {
  const { story, options } = fc.sample(anyGoodStory, { numRuns: 1, seed: 5 })[0]!;
  const { healed, finalRead } = momentsOf(options);
  for (const row of story.deliveries) if (row.seenAtMicros > healed) row.seenAtMicros += 3 * S;
  expect(brokenIn(watched(story, looksEvery(100_000, 2000, finalRead)))).toContain('recovers');
});
