import { expect, test } from 'vitest';
import { UserPlace } from '../testing/brownout.ts';
import { failuresOfLibrary, randomPair } from './pairs.ts';
import { runPair } from './run-pair.ts';

const SEEDS = Array.from({ length: 10 }, (_, index) => 9001 + index);
const failures = await failuresOfLibrary();

test('a pair is drawn from its seed and from nothing else', () => {
  expect(randomPair(failures, 5)).toBe(randomPair(failures, 5));
  expect(new Set(SEEDS.map((seed) => randomPair(failures, seed))).size).toBe(SEEDS.length);
});

test.for(SEEDS)('the resilient pipeline keeps its promises under two failures of chance, seed %i', async (seed, { expect: expectHere }) => {
  using place = new UserPlace();
  const { verdict, line } = await runPair(place, 'node-red-resilient', failures, seed);
  console.log(line);
  // A fault may find nothing to bite where the other has already stopped everything: that is told, and breaks nothing.
  expectHere(['held', 'inconclusive'], line).toContain(verdict);
});
