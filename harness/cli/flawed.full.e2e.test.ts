import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseResult } from '../../reports/index.ts';
import { packageRoot } from '../../simulator/package-root.ts';
import { UserPlace } from '../testing/brownout.ts';
import { idsWith } from '../testing/demo.ts';

/** Variant of the gallery -> scenario -> the guarantees that it breaks, and no other. */
const expectations: Record<string, Record<string, string[]>> = JSON.parse(
  readFileSync(path.join(packageRoot(), 'scenarios/pipelines/flawed/expectations.json'), 'utf8'),
);
const cases = Object.entries(expectations).flatMap(([variant, scenarios]) =>
  Object.entries(scenarios).map(([scenario, broken]) => ({ variant, scenario, broken, what: broken.join(', ') || 'nothing' })),
);

test.for(cases)('$variant breaks $what under $scenario', async ({ variant, scenario, broken }, { expect: expectHere }) => {
  using place = new UserPlace();
  const { code, stdout, stderr } = await place.brownout(['run', `flawed/${variant}`, scenario, '--seed', '12', '--json']);
  const result = parseResult(stdout);
  expectHere(idsWith(result, 'broken'), stderr).toEqual(broken);
  expectHere(result.faults.filter(({ bite }) => !bite.proven), stderr).toEqual([]);
  expectHere(code).toBe(broken.length > 0 ? 1 : 0);
  expectHere(place.leftovers()).toEqual([]);
});

test('the gallery is not empty', () => {
  expect(cases.length).toBeGreaterThanOrEqual(8);
});
