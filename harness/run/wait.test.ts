import { expect, test } from 'vitest';
import { until } from './wait.ts';

function spinUntil(ms: number): void {
  while (performance.now() < ms);
}

test('time in which the harness stood still is not taken from who is waited for', async () => {
  const startMs = performance.now();
  let asked = 0;
  const came = await until(() => {
    asked++;
    // Between the first question and the second the process stands still for longer than the whole wait.
    if (asked === 1) setTimeout(() => spinUntil(startMs + 700), 1);
    return performance.now() - startMs > 850;
  }, { withinMs: 400, everyMs: 20 });
  expect(came).toBe(true);
});

test('what never comes is waited for no longer than was said', async () => {
  const startMs = performance.now();
  expect(await until(() => false, { withinMs: 300, everyMs: 20 })).toBe(false);
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(300);
});
