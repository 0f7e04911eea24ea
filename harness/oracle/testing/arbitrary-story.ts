import fc from 'fast-check';
import { goodStory, type Story, type StoryOptions } from './story.ts';

/** Random good stories, with the options they were made from. */
export const anyGoodStory: fc.Arbitrary<{ story: Story; options: StoryOptions }> = fc
  .record({
    devices: fc.integer({ min: 1, max: 4 }),
    firstN: fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 4e9 })),
    outageMicros: fc.integer({ min: 2_000_000, max: 6_000_000 }),
    crashMicros: fc.integer({ min: 1_000_000, max: 5_000_000 }),
    seed: fc.integer(),
  })
  .map(({ seed, ...shape }) => {
    const options = { ...shape, random: randomFrom(seed) };
    return { story: goodStory(options), options };
  });

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
