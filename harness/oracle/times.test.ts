import { expect, test } from 'vitest';
import fc from 'fast-check';
import { siblingModule } from '../../simulator/sibling-module.ts';
import { Thread } from '../history/thread.ts';
import { forHelper } from './account.ts';
import { matchRows } from './match.ts';
import { anyGoodStory } from './testing/arbitrary-story.ts';
import { DEFECTS } from './testing/defects.ts';
import { historyOf } from './testing/story.ts';
import { timelineOf } from './timeline.ts';
import { delaysOf, sightOf } from './times.ts';

test('another thread tells the same times', () => {
  const stories = fc.sample(fc.tuple(anyGoodStory, fc.constantFrom(...Object.keys(DEFECTS)), fc.nat()), { numRuns: 8, seed: 5 });
  for (const [{ story, options }, defect, choice] of stories) {
    DEFECTS[defect]!.inject(story, (from) => from[choice % from.length]!, options);
    const history = historyOf(story);
    const [match, timeline] = [matchRows(history), timelineOf(history)];
    using thread = new Thread<typeof import('./times.ts')>(siblingModule(import.meta.url, './times'));
    const delays = thread.call('delaysOf', ...forHelper(history, match), timeline);
    const sight = thread.call('sightOf', ...forHelper(history, match), timeline);
    expect(sight()).toEqual(sightOf(history, match, timeline));
    expect(delays()).toEqual(delaysOf(history, match, timeline));
  }
});
