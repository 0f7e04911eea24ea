import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Delivery } from '../../simulator/recorder.ts';
import { GUARANTEES } from './guarantees/registry.ts';
import { held } from './finding.ts';
import { judge } from './judge.ts';
import { anyGoodStory } from './testing/arbitrary-story.ts';
import { DEFECTS } from './testing/defects.ts';
import { historyOf, type Story } from './testing/story.ts';
import { brokenIn } from './testing/verdicts.ts';

for (const [name, { breaks, inject }] of Object.entries(DEFECTS)) {
  test(`${name}: breaks ${breaks.join(' and ')} and nothing else`, () => {
    fc.assert(
      fc.property(anyGoodStory, fc.nat(), ({ story, options }, choice) => {
        inject(story, (from) => from[choice % from.length]!, options);
        const { verdict } = judge(historyOf(story));
        expect(brokenIn(story)).toEqual(breaks);
        expect(verdict).toBe('broken');
      }),
      { numRuns: 15 },
    );
  });
}

test('the canary: an oracle with any one checker disabled misses a defect here', () => {
  for (const disabled of GUARANTEES) {
    const blind = GUARANTEES.map((it) => (it === disabled ? { ...it, check: () => held('disabled') } : it));
    const missed = Object.values(DEFECTS).filter(({ breaks, inject }) => {
      const [{ story, options }] = fc.sample(anyGoodStory, { numRuns: 1, seed: 1 }) as [{ story: Story; options: never }];
      inject(story, (from) => from[0]!, options);
      const found = judge(historyOf(story), blind).guarantees.filter(({ verdict }) => verdict === 'broken');
      return found.map(({ guarantee }) => guarantee.id).join() !== breaks.join();
    });
    expect(missed.length, disabled.id).toBeGreaterThan(0);
  }
});

test('a reading in flight may be missing, but if it is there it is held to everything', () => {
  fc.assert(
    fc.property(anyGoodStory, ({ story }) => {
      const inFlight = story.readings.filter(({ handover }) => handover === 'indeterminate');
      story.deliveries = story.deliveries.filter((row) => !inFlight.some(({ device, n }) => device === row.device && n === row.n));
      expect(brokenIn(story)).toEqual([]);

      const [{ handover: _, atMicros, ...measured }] = inFlight as [Story['readings'][number]];
      const row: Delivery = { ...measured, stampMicros: atMicros, seenAtMicros: 35_000_000 };
      const withRows = (...rows: Delivery[]) => brokenIn({ ...story, deliveries: [...story.deliveries, ...rows] });
      expect(withRows(row)).not.toContain('no-loss');
      expect(withRows(row, row)).toContain('no-duplicates');
      expect(withRows({ ...row, value: row.value + 1 })).toContain('unaltered');
      expect(withRows({ ...row, stampMicros: atMicros + 300_000_000 })).toEqual(expect.arrayContaining(['true-time', 'in-order']));
    }),
    { numRuns: 30 },
  );
});

test('the order in which devices are written down changes nothing', () => {
  const several = anyGoodStory.filter(({ options }) => options.devices > 1);
  const someDefects = fc.subarray(Object.keys(DEFECTS), { maxLength: 3 });
  fc.assert(
    fc.property(several, someDefects, fc.nat(), fc.boolean(), ({ story, options }, names, choice, backwards) => {
      for (const name of names) DEFECTS[name]!.inject(story, (from) => from[choice % from.length]!, options);
      const byDevice = <T extends { device: string }>(rows: T[]) =>
        rows.toSorted((a, b) => (backwards ? b.device.localeCompare(a.device) : a.device.localeCompare(b.device)));
      const permuted = { ...story, readings: byDevice(story.readings), deliveries: byDevice(story.deliveries) };
      expect(outcomeOf(permuted)).toEqual(outcomeOf(story));
    }),
  );
});

/** All that is said about a run, but for what tells rows of the outlet by their place. */
function outcomeOf(story: Story) {
  return judge(historyOf(story)).guarantees.map(({ verdict, finding: { numbers, evidence, evidenceTotal } }) => ({
    verdict, numbers, evidenceTotal, evidence: evidence.map(({ atMicros, device, n }) => ({ atMicros, device, n })),
  }));
}
