import { judge } from '../judge.ts';
import { historyOf, type Story } from './story.ts';

/** The verdict on each guarantee, by its id. */
export function verdictsOf(story: Story): Record<string, string> {
  return Object.fromEntries(judge(historyOf(story)).guarantees.map(({ guarantee, verdict }) => [guarantee.id, verdict]));
}

/** Ids of the guarantees that a story breaks. */
export function brokenIn(story: Story): string[] {
  return Object.entries(verdictsOf(story)).filter(([, verdict]) => verdict === 'broken').map(([id]) => id);
}
