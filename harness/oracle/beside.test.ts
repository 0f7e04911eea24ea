import fc from 'fast-check';
import { expect, test } from 'vitest';
import { siblingModule } from '../../simulator/sibling-module.ts';
import { Thread } from '../history/thread.ts';
import { littleOf, pairsOf, type Helper } from './beside.ts';
import * as here from './helper.ts';
import { matchRows } from './match.ts';
import { anyGoodStory } from './testing/arbitrary-story.ts';
import { DEFECTS } from './testing/defects.ts';
import { historyOf } from './testing/story.ts';
import { timelineOf } from './timeline.ts';

test('a helper finds what is found here without one, also where little of the history is passed', () => {
  using helper: Helper = new Thread(siblingModule(import.meta.url, './helper'));
  const stories = fc.sample(fc.tuple(anyGoodStory, fc.constantFrom(...Object.keys(DEFECTS)), fc.nat()), { numRuns: 30, seed: 5 });
  for (const [{ story, options }, defect, choice] of stories) {
    DEFECTS[defect]!.inject(story, (from) => from[choice % from.length]!, options);
    const history = historyOf(story);
    const [match, timeline] = [matchRows(history), timelineOf(history)];
    const [little, pairs] = [littleOf(history), pairsOf(match)];
    const found = [
      helper.call('courseOf', little), helper.call('rowsAltered', little, pairs),
      helper.call('delaysOf', little, pairs, timeline), helper.call('sightOf', little, pairs, timeline),
    ];
    expect(found.map((result) => result())).toEqual([
      here.courseOf(history), here.rowsAltered(history, match), here.delaysOf(history, match, timeline), here.sightOf(history, match, timeline),
    ]);
  }
});
