import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Result } from '../../reports/result.ts';
import { saveHistory } from '../history/create.ts';
import { readHistory } from '../history/read.ts';
import { judge } from './judge.ts';
import { toResult } from './result.ts';
import { anyGoodStory } from './testing/arbitrary-story.ts';
import { DEFECTS } from './testing/defects.ts';
import { goodStory, historyOf, type Story } from './testing/story.ts';

function resultOf(story: Story): Result {
  const history = historyOf(story);
  return toResult(history, judge(history));
}

const OPTIONS = { devices: 2, firstN: 1, outageMicros: 4_000_000, cutMicros: 1_500_000, firstOutageMicros: 2_000_000, random: () => 0.6 };

function damaged(defect: string): Story {
  const story = goodStory(OPTIONS);
  DEFECTS[defect]!.inject(story, (from) => from[0]!, OPTIONS);
  return story;
}

test('the same history gives the same bytes, also after it was stored, and with two threads', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'result-'));
  try {
    const { story } = fc.sample(anyGoodStory, { numRuns: 1, seed: 3 })[0]!;
    const file = path.join(folder, 'history.sqlite');
    saveHistory(file, historyOf(story));
    for (const threads of [1, 2] as const) {
      const stored = readHistory(file, { threads });
      expect(JSON.stringify(toResult(stored, judge(stored)))).toBe(JSON.stringify(resultOf(story)));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the counts account for every reading, and the series end where the counts do', () => {
  fc.assert(
    fc.property(anyGoodStory, fc.subarray(Object.keys(DEFECTS), { maxLength: 3 }), fc.nat(), ({ story, options }, names, choice) => {
      for (const name of names) {
        DEFECTS[name]!.inject(story, (from) => {
          fc.pre(from.length > 0); // one defect may leave nothing over for another: the only gap is forgotten already
          return from[choice % from.length]!;
        }, options);
      }
      const { counts, series } = resultOf(story);
      expect(counts.readings).toBe(counts.acknowledged + counts.indeterminate);
      const lost = counts.lostDeclared + counts.lostSilent;
      expect(counts.delivered).toBeGreaterThanOrEqual(counts.acknowledged - lost);
      expect(counts.delivered).toBeLessThanOrEqual(counts.readings - lost);
      expect([series.read.at(-1), series.delivered.at(-1), series.backlog.at(-1)]).toEqual([counts.acknowledged, counts.acknowledged - lost, lost]);
      expect(series.atMs.length).toBeLessThanOrEqual(600);
      expect(series.backlog.every((backlog) => backlog >= 0)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('the sentence says what a person asks first', () => {
  const { counts, sentence } = resultOf(goodStory(OPTIONS));
  expect(sentence).toBe(`Held all 20 promises through 3 failures; ${counts.acknowledged} readings, none lost, none twice.`);
  expect(resultOf(damaged('a row is dropped')).sentence).toBe(
    `Lost 1 of ${counts.acknowledged} acknowledged readings without a word (first: machine-1 n 9, 1.31 s into the run). One more promise is broken: gaps-declared.`,
  );
  expect(resultOf(damaged('a row is doubled')).sentence).toMatch(/^One reading, one row: broken\. 1 reading has 1 extra row; the first is machine-\d n \d+\.$/);
  const unproven = goodStory(OPTIONS);
  unproven.events = unproven.events.filter((event) => !(event.kind === 'fault' && event.action === 'bit' && event.fault === '3-power-cut-gateway'));
  expect(resultOf(unproven).sentence).toBe('Inconclusive: 3-power-cut-gateway left no proof that it really happened to its target.');
});

/** A good story in which the clock of the gateway was off, with what is known of who looked. */
function skewed(numbers: Record<string, number>, defect?: string): Story {
  const story = defect ? damaged(defect) : goodStory(OPTIONS);
  for (const event of story.events) if (event.kind === 'fault' && event.action === 'bit' && event.fault === '3-power-cut-gateway') event.numbers = numbers;
  return story;
}

function trueTimeOf(numbers: Record<string, number>) {
  return resultOf(skewed(numbers)).guarantees.find(({ id }) => id === 'true-time');
}

test('why a fault is unproven is told', () => {
  const story = goodStory(OPTIONS);
  for (const event of story.events) if (event.kind === 'fault' && event.action === 'bit' && event.fault === '3-power-cut-gateway') Object.assign(event, { action: 'unproven', detail: 'it asks the kernel' });
  const { sentence, faults } = resultOf(story);
  expect(sentence).toContain('no proof that it really happened to its target: it asks the kernel');
  expect(faults[2]!.bite).toMatchObject({ proven: false, detail: 'it asks the kernel' });
});

test('that a node never looked at its clock is told where its stamps held, unless that is not known', () => {
  expect(trueTimeOf({ looks: 0, uncounted: 0 })).toMatchObject({ verdict: 'held', reason: expect.stringMatching(/no process of gateway looked at the wall clock while it was off$/) });
  const others: Record<string, number>[] = [{ looks: 1, uncounted: 0 }, { looks: 0, uncounted: 1 }, { refusedBytes: 12 }];
  for (const numbers of others) expect(trueTimeOf(numbers)!.reason).not.toContain('looked');
});

test('what only a skewed clock does is told as a possible cause of a broken promise, where the node was seen to wait so', () => {
  const [waits, never] = [1, 0].map((kernelWaits) => resultOf(skewed({ looks: 9, uncounted: 0, kernelWaits }, 'a row is dropped')).guarantees.find(({ verdict }) => verdict === 'broken')!.cause);
  expect(waits).toContain("the harness's doing: during 3-power-cut-gateway");
  expect(never).not.toContain("the harness's doing");
});

test('evidence names the faults in force, and what is broken comes with its cause and fix', () => {
  const { guarantees, faults } = resultOf(damaged('a declared gap is forgotten'));
  const broken = guarantees.find(({ verdict }) => verdict === 'broken')!;
  expect(broken).toMatchObject({ id: 'gaps-declared', cause: expect.any(String), fix: expect.any(String), evidenceTotal: 1 });
  expect(broken.evidence[0]).toMatchObject({ device: 'machine-1', during: ['2-blackhole-uplink', '3-power-cut-gateway'], what: expect.stringContaining('not read for') });
  expect(faults.map(({ id, bite }) => [id, bite.proven])).toEqual([['1-blackhole-uplink', true], ['2-blackhole-uplink', true], ['3-power-cut-gateway', true]]);
});

test('numbers that no clock gives do not break the result', () => {
  const story = goodStory(OPTIONS);
  story.deliveries[5]!.stampMicros = Infinity;
  story.deliveries[6]!.stampMicros = NaN;
  story.deliveries[7]!.value = NaN;
  story.events.splice(-1, 0,
    { kind: 'gap', atMicros: 9e6, device: null, fromMicros: NaN, toMicros: 5 },
    { kind: 'gap', atMicros: 9e6, device: null, fromMicros: -Infinity, toMicros: Infinity });
  expect(resultOf(story).guarantees.filter(({ verdict }) => verdict === 'broken').map(({ id }) => id)).toEqual(['in-order', 'unaltered', 'gaps-true', 'true-time']);
});
