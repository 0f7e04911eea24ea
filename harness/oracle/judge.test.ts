import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import { GUARANTEES } from './guarantees/registry.ts';
import { anyGoodStory } from './testing/arbitrary-story.ts';
import { historyOf, momentsOf, type Story, type StoryOptions } from './testing/story.ts';
import type { Delivery, HistoryEvent } from '../../simulator/recorder.ts';

const S = 1_000_000;

function verdictsOf(story: Story): Record<string, string> {
  return Object.fromEntries(judge(historyOf(story)).guarantees.map(({ guarantee, verdict }) => [guarantee.id, verdict]));
}

function brokenIn(story: Story): string[] {
  return Object.entries(verdictsOf(story)).filter(([, verdict]) => verdict === 'broken').map(([id]) => id);
}

test('a run that kept every promise is held on all of them', () => {
  fc.assert(
    fc.property(anyGoodStory, ({ story }) => {
      const { guarantees, verdict } = judge(historyOf(story));
      expect(guarantees.filter((it) => it.verdict !== 'held').map((it) => `${it.guarantee.id}: ${it.reason}`)).toEqual([]);
      expect(verdict).toBe('held');
    }),
  );
});
void [S, GUARANTEES, momentsOf, brokenIn]; export type X = [StoryOptions, Delivery, HistoryEvent];
