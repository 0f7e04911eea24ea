import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyGoodStory } from '../oracle/testing/arbitrary-story.ts';
import { historyOf } from '../oracle/testing/story.ts';
import { measuredIn } from './measured.ts';

test('machines, their period and the drain rate are those that the record of a run shows', () => {
  fc.assert(
    fc.property(anyGoodStory, ({ story, options }) => {
      const measured = measuredIn(historyOf(story))!;
      expect(measured.machines).toBe(options.devices);
      expect(Math.abs(measured.periodMs - 100)).toBeLessThan(5); // machines are read now and then a little late
      expect(measured.drainReadingsPerSecond).toBeGreaterThan(options.devices * 10); // more than arrives
    }),
    { numRuns: 20 },
  );
});

test('a run in which nothing piled up shows no drain rate, and one in which nothing was read shows nothing', () => {
  const { story } = fc.sample(anyGoodStory, { numRuns: 1, seed: 1 })[0]!;
  const quiet = { ...story, events: story.events.filter(({ kind }) => kind !== 'fault'), meta: { ...story.meta, plan: [] } };
  expect(measuredIn(historyOf(quiet))).toHaveProperty('drainReadingsPerSecond', undefined);
  expect(measuredIn(historyOf({ ...story, readings: [], deliveries: [] }))).toBeUndefined();
});
