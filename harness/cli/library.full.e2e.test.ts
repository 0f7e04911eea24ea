import { expect, test } from 'vitest';
import { listScenarios } from '../../scenarios/schema/load.ts';
import { parseResult } from '../../reports/index.ts';
import { UserPlace } from '../testing/brownout.ts';
import { idsWith } from '../testing/demo.ts';

const scenarios = await listScenarios();

test.for(scenarios.map(({ name }) => name))('the resilient pipeline holds under %s', async (name, { expect: expectHere }) => {
  using place = new UserPlace();
  const { code, stdout, stderr } = await place.brownout(['run', 'node-red-resilient', name, '--seed', '11', '--json']);
  const result = parseResult(stdout);
  expectHere(idsWith(result, 'broken'), stderr).toEqual([]);
  expectHere(result.verdict, stderr).toBe('held');
  expectHere(code).toBe(0);
  expectHere(place.leftovers()).toEqual([]);
});

test('the library is not empty', () => {
  expect(scenarios.length).toBeGreaterThan(3);
});
