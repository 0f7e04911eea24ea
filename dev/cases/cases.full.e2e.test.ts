import { describe, expect, test } from 'vitest';
import { readCases } from './case.ts';
import { tryCase } from './try-case.ts';

const cases = readCases();
const tried = cases.filter((it) => it.right);

describe.concurrent('on small inputs on which version 0.1.0 was wrong, it is right', { timeout: 300_000 }, () => {
  test.for(tried)('$case: $about', async (it, { expect: expectHere, skip }) => {
    const { state, why, now } = await tryCase(it);
    if (state === 'cannot-here') skip(`not tested: ${why.join('; ')}`);
    expectHere(why, now).toEqual([]);
  });
});

test('what cannot be said yet has a reason, and is not most of it', () => {
  expect(tried.length).toBeGreaterThan(40);
  expect(cases.filter((it) => !it.right).every((it) => it['not-yet']!.length > 10)).toBe(true);
});
