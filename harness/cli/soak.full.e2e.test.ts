import { expect, test } from 'vitest';
import { UserPlace } from '../testing/brownout.ts';
import { demo } from '../testing/demo.ts';

const RUNS = 20;
const FIRST_SEED = 1001;

test(`${RUNS} seeds in a row: the stock pipeline is always broken, the resilient one always held`, async () => {
  using place = new UserPlace();
  const verdicts: string[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
    const { results } = await demo(place, seed);
    const { 'node-red-stock': stock, 'node-red-resilient': resilient } = results;
    verdicts.push(`seed ${seed}: stock ${stock?.verdict}, resilient ${resilient?.verdict}`);
    console.log(`${verdicts.at(-1)}; ${stock?.sentence} ${resilient?.sentence}`);
  }
  const expected = Array.from({ length: RUNS }, (_, run) => `seed ${FIRST_SEED + run}: stock broken, resilient held`);
  expect(verdicts).toEqual(expected);
  expect(place.leftovers()).toEqual([]);
});
