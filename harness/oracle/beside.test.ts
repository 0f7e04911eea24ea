import fc from 'fast-check';
import { expect, test } from 'vitest';
import { siblingModule } from '../../simulator/sibling-module.ts';
import { Thread } from '../history/thread.ts';
import { askFor, forHelper, type Helper } from './beside.ts';
import { matchRows } from './match.ts';
import { anyGoodStory } from './testing/arbitrary-story.ts';
import { DEFECTS } from './testing/defects.ts';
import { historyOf } from './testing/story.ts';
import { timelineOf } from './timeline.ts';

test('a helper gives what is worked out here without one', () => {
  using helper: Helper = new Thread(siblingModule(import.meta.url, './helper'));
  const stories = fc.sample(fc.tuple(anyGoodStory, fc.constantFrom(...Object.keys(DEFECTS)), fc.nat()), { numRuns: 30, seed: 5 });
  for (const [{ story, options }, defect, choice] of stories) {
    DEFECTS[defect]!.inject(story, (from) => from[choice % from.length]!, options);
    const history = historyOf(story);
    const [match, timeline] = [matchRows(history), timelineOf(history)];
    const [flaws, delays, sight] = [
      helper.call('flawsOf', ...forHelper(history, match)),
      helper.call('delaysOf', ...forHelper(history, match), timeline),
      helper.call('sightOf', ...forHelper(history, match), timeline),
    ];
    const alone = askFor(history, match, timeline, undefined);
    expect([sight(), delays(), flaws()]).toEqual([alone.sight(), alone.delays(), alone.flaws()]);
  }
});
