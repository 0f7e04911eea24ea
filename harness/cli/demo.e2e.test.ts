import { expect, test } from 'vitest';
import { loadScenario } from '../../scenarios/schema/load.ts';
import { UserPlace } from '../testing/brownout.ts';
import { demo, idsWith } from '../testing/demo.ts';

test('the demo shows that one pipeline loses data in silence and the other keeps every promise, in under a minute', { timeout: 120_000 }, async () => {
  using place = new UserPlace();
  const { code, stderr, seconds, results } = await demo(place, 1);
  const { 'node-red-stock': stock, 'node-red-resilient': resilient } = results;
  expect(code, stderr).toBe(0);
  expect(seconds).toBeLessThan(60);

  expect(stock!.verdict).toBe('broken');
  expect(idsWith(stock!, 'broken')).toEqual(expect.arrayContaining(['no-loss', 'gaps-declared']));
  expect(stock!.sentence).toMatch(/^Lost \d+ of \d+ acknowledged readings without a word \(first: machine-\d n \d+/);
  expect(stderr).toContain(stock!.sentence.slice(0, 40));

  const { scenario } = await loadScenario('all-at-once');
  expect(scenario.exercises).toHaveLength(10);
  expect(idsWith(resilient!, 'held'), JSON.stringify(resilient!.guarantees, undefined, 1)).toEqual(expect.arrayContaining(scenario.exercises));
  expect(resilient!.verdict).toBe('held');
  for (const { bite, healed } of [...stock!.faults, ...resilient!.faults]) expect({ proven: bite.proven, healed }).toEqual({ proven: true, healed: true });

  expect(place.leftovers()).toEqual([]);
});
