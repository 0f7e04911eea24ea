import fc from 'fast-check';
import { goodStory, type Story, type StoryOptions } from './story.ts';

const micros = (min: number, max: number) => fc.integer({ min: min * 1e6, max: max * 1e6 });

/** Random good stories, with the options they were made from. */
export const anyGoodStory: fc.Arbitrary<{ story: Story; options: StoryOptions }> = fc
  .record({
    devices: fc.integer({ min: 1, max: 4 }),
    firstN: fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 4e9 })),
    firstOutageMicros: micros(2.5, 4),
    outageMicros: micros(2, 6),
    cutMicros: micros(1, 5),
    seed: fc.integer(),
  })
  .map(({ seed, ...shape }) => {
    const options = { ...shape, random: randomFrom(seed) };
    // A whole story is thousands of lines: a counterexample shows what it was made from.
    return { story: goodStory(options), options, [fc.toStringMethod]: () => JSON.stringify({ ...shape, seed }) };
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
