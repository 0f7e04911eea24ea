import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../simulator/recorder.ts';
import { judge } from './judge.ts';
import { toResult } from './result.ts';
import { oursIn, stallFelt, stallsOf, stoodIn } from './stalls.ts';
import { anyGoodStory } from './testing/arbitrary-story.ts';
import { DEFECTS } from './testing/defects.ts';
import { historyOf, momentsOf, type Story, type StoryOptions } from './testing/story.ts';
import { storyMeta } from './testing/story-meta.ts';
import { brokenIn, verdictsOf } from './testing/verdicts.ts';
import { eventsOf, insertBeforeJudge } from './testing/victims-of.ts';

const S = 1_000_000;
/** The oracle sees the stall and all else that the record has; the claims of a story say `recovers-within` 2.5 s. */
const stall = (fromMicros: number, micros: number): HistoryEvent => ({ kind: 'host-stall', atMicros: fromMicros + micros, fromMicros });
const stallsIn = (...events: HistoryEvent[]) => stallsOf({ events, meta: storyMeta() });

function stalled(story: Story, fromMicros: number, micros: number): Story {
  const changed = structuredClone(story);
  insertBeforeJudge(changed, stall(fromMicros, micros));
  return changed;
}

function reasonOf(story: Story, id: string): string {
  return judge(historyOf(story)).guarantees.find(({ guarantee }) => guarantee.id === id)!.reason;
}

function aStory(): { story: Story; options: StoryOptions } {
  return fc.sample(anyGoodStory, { numRuns: 1, seed: 5 })[0]!;
}

test('a stall is felt for four times as long as it lasts, and never longer than the pipeline may take to recover', () => {
  const stalls = stallsIn(stall(10 * S, 0.2 * S), stall(30 * S, 4 * S));
  expect(stoodIn(stalls, 0, 100 * S)).toBe(4.2 * S);
  expect(oursIn(stalls, 0, 20 * S)).toBe(1 * S);
  expect(oursIn(stalls, 20 * S, 100 * S)).toBe(6.5 * S);
  expect([oursIn(stalls, 10.1 * S, 10.3 * S), oursIn(stalls, 36 * S, 37 * S), oursIn(stalls, 11.1 * S, 29 * S)]).toEqual([0.2 * S, 0.5 * S, 0]);
});

test('what is felt of two stalls at once counts once, and no time is more than all of it ours', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 50 })), { maxLength: 20 }), fc.nat(1000), fc.nat(300), (drawn, from, length) => {
      let end = 0;
      const events = drawn.toSorted(([a], [b]) => a - b).flatMap(([at, micros]) => {
        if (at <= end) return [];
        end = at + micros;
        return [stall(at, micros)];
      });
      const stalls = stallsIn(...events);
      let brute = 0;
      for (let micro = from; micro < from + length; micro++) {
        if (stalls.stood.some(({ fromMicros, feltToMicros }) => fromMicros <= micro && micro < feltToMicros)) brute++;
      }
      expect(oursIn(stalls, from, from + length)).toBe(brute);
    }),
  );
});

test('a starved second is ours as far as it was late', () => {
  const stalls = stallsIn({ kind: 'host-starved', fromMicros: 5 * S, atMicros: 6 * S, lateMicros: 0.4 * S });
  expect([oursIn(stalls, 0, 10 * S), oursIn(stalls, 5.5 * S, 10 * S), oursIn(stalls, 6 * S, 10 * S)]).toEqual([0.4 * S, 0.2 * S, 0]);
  expect(stallFelt(stalls, 5.2 * S, 5.3 * S)).toBe('the harness itself was starved, 5 s into the run: late by 400 ms within 1 s');
});

test('a stall anywhere in a good run breaks nothing; a short one leaves it held, a long one opens every promise about time and says so once at the top', () => {
  fc.assert(
    fc.property(anyGoodStory, fc.nat(), fc.integer({ min: 100_000, max: 8 * S }), ({ story, options }, at, micros) => {
      const { windowFrom, windowTo } = momentsOf(options);
      const fromMicros = windowFrom + (at % (windowTo - windowFrom));
      const changed = stalled(story, fromMicros, micros);
      const history = historyOf(changed);
      const judgement = judge(history);
      expect(judgement.guarantees.filter(({ verdict }) => verdict === 'broken')).toEqual([]);
      if (micros <= S) expect(judgement.verdict).toBe('held');
      else {
        expect(judgement.verdict).toBe('inconclusive');
        expect(verdictsOf(changed)).toMatchObject({ 'no-loss': 'held', 'no-duplicates': 'held', unaltered: 'held', recovers: 'inconclusive', 'gaps-declared': 'inconclusive', 'local-continuity': 'inconclusive' });
        expect(toResult(history, judgement).sentence).toMatch(/^Inconclusive: the harness itself stood still for .+ into the run\.$/);
        expect(reasonOf(changed, 'recovers')).toContain('the harness itself stood still');
      }
    }),
    { numRuns: 25 },
  );
});

test('a stall after the window leaves everything as it was', () => {
  const { story, options } = aStory();
  expect(judge(historyOf(stalled(story, momentsOf(options).windowTo + 3 * S, 5 * S))).verdict).toBe('held');
});

test('adding stalls never breaks what was not broken, whatever is wrong with the run', () => {
  const someDefects = fc.subarray(Object.keys(DEFECTS), { maxLength: 2 });
  const anyStalls = fc.array(fc.tuple(fc.nat(60 * S), fc.integer({ min: 100_000, max: 5 * S })), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(anyGoodStory, someDefects, fc.nat(), anyStalls, ({ story, options }, names, choice, stalls) => {
      for (const name of names) {
        DEFECTS[name]!.inject(story, (from) => {
          fc.pre(from.length > 0);
          return from[choice % from.length]!;
        }, options);
      }
      const before = brokenIn(story);
      for (const [at, micros] of stalls) story.events.splice(-1, 0, stall(at, micros));
      expect(before).toEqual(expect.arrayContaining(brokenIn(story)));
    }),
    { numRuns: 30 },
  );
});

/** Defects that a stall at the right moment explains, and that nothing explains without it. */
const EXPLAINED: Record<string, { breaks: string; at: (story: Story, options: StoryOptions) => [fromMicros: number, micros: number] }> = {
  'a device is seen again too late': { breaks: 'recovers', at: (_, options) => [momentsOf(options).healed + 0.1 * S, 15 * S] },
  'one reading of the backlog comes after the claimed drain': { breaks: 'drains', at: (_, options) => [momentsOf(options).healed + 2 * S, 28 * S] },
  'the backlog trickles in': { breaks: 'drains', at: (_, options) => [momentsOf(options).healed + 2 * S, 26 * S] },
  'live data waits behind the backlog': { breaks: 'live-first', at: (_, options) => [momentsOf(options).healed + 0.9 * S, 2 * S] },
  'a declared gap is forgotten': { breaks: 'gaps-declared', at: (_, options) => [momentsOf(options).cutFrom, 5 * S] },
  'the last stamp of a device is a second late': { breaks: 'true-time', at: (_, options) => [momentsOf(options).windowTo - 0.5 * S, 1.5 * S] },
  'a gap is declared where nothing is missing': { breaks: 'gaps-true', at: () => [1.3 * S, 1.5 * S] },
  'a control loop stands still': { breaks: 'local-continuity', at: (story) => [eventsOf(story, 'cycle').find(({ longestMicros }) => longestMicros === 400_000)!.atMicros - 0.5 * S, 0.39 * S] },
  'a machine is connected to again and again': { breaks: 'local-continuity', at: () => [58 * S, 1.9 * S] },
  'a node exits by itself': { breaks: 'returns-unaided', at: () => [4.5 * S, 0.4 * S] },
  'the wrong layer is blamed': { breaks: 'layer-named', at: (story) => [eventsOf(story, 'health').find(({ layer }) => layer === 'device')!.atMicros - 2 * S, 1.2 * S] },
  'all is well, it says, while data is stale': { breaks: 'stale-shown', at: (_, options) => [momentsOf(options).firstFrom - 0.1 * S, 3 * S] },
};

for (const [name, { breaks, at }] of Object.entries(EXPLAINED)) {
  test(`${name}: ${breaks} is broken, unless the harness stood still at that time, and then it names the stall`, () => {
    fc.assert(
      fc.property(anyGoodStory, fc.nat(), ({ story, options }, choice) => {
        DEFECTS[name]!.inject(story, (from) => from[choice % from.length]!, options);
        expect(brokenIn(story)).toContain(breaks);
        const [fromMicros, micros] = at(story, options);
        const changed = stalled(story, fromMicros, micros);
        const short = micros <= S && name === 'a control loop stands still';
        expect(verdictsOf(changed)[breaks]).toBe(short ? 'held' : 'inconclusive');
        if (!short) expect(reasonOf(changed, breaks)).toContain('the harness itself stood still');
        // One elsewhere, and too short to matter, excuses nothing.
        expect(brokenIn(stalled(story, 0.3 * S, 0.12 * S))).toContain(breaks);
      }),
      { numRuns: 5 },
    );
  });
}

test.for(['a row is dropped', 'a row is doubled', 'a value is altered in its last bit', 'what was not synced is gone', 'somebody writes to a control register'])(
  '%s: a stall excuses nothing that does not depend on time', (name) => {
    const { story, options } = aStory();
    DEFECTS[name]!.inject(story, (from) => from[0]!, options);
    const before = brokenIn(story).filter((id) => id !== 'gaps-declared');
    expect(before.length).toBeGreaterThan(0);
    expect(brokenIn(stalled(story, S, 5 * S))).toEqual(expect.arrayContaining(before));
  });

test('what is missing is not lost, if the harness stood still for so long that the pipeline had less than its time', () => {
  const { story, options } = aStory();
  DEFECTS['a row is dropped']!.inject(story, (from) => from[0]!, options);
  expect(brokenIn(story)).toContain('no-loss');
  const changed = stalled(story, momentsOf(options).healed, 20 * S);
  expect(verdictsOf(changed)['no-loss']).toBe('inconclusive');
  expect(reasonOf(changed, 'no-loss')).toContain('the harness itself stood still for 20 s');
});

test('from a step of the wall clock on, no stamp and no gap is false, and what was wrong before it still is', () => {
  const { story, options } = aStory();
  const { secondFrom } = momentsOf(options);
  const stepped = structuredClone(story);
  for (const row of stepped.deliveries) if (row.seenAtMicros > secondFrom) row.stampMicros += 3600 * S;
  for (const event of eventsOf(stepped, 'gap')) [event.fromMicros, event.toMicros] = [event.fromMicros + 3600 * S, event.toMicros + 3600 * S];
  expect(brokenIn(stepped)).toEqual(expect.arrayContaining(['true-time', 'gaps-declared']));
  insertBeforeJudge(stepped, { kind: 'host-clock-step', fromMicros: secondFrom - 3 * S, atMicros: secondFrom - 2.9 * S, stepMicros: 3600 * S });
  expect(brokenIn(stepped)).toEqual([]);
  expect(reasonOf(stepped, 'true-time')).toContain('the wall clock of this machine moved on by 60 min');
  stepped.deliveries.find(({ stampMicros }) => stampMicros < 2 * S)!.stampMicros += 2 * S;
  expect(brokenIn(stepped)).toContain('true-time');
});
