import { expect, test } from 'vitest';
import { pause } from './wait.ts';

test('a pause of weeks, which no timer of Node.js can hold, does not end at once', async () => {
  const stop = new AbortController();
  const ended = pause(600 * 3_600_000, stop.signal).then(() => 'over', () => 'stopped');
  expect(await Promise.race([ended, pause(50).then(() => 'still waiting')])).toBe('still waiting');
  stop.abort(new Error('enough'));
  expect(await ended).toBe('stopped');
});
