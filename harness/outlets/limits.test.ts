import { expect, test } from 'vitest';
import { Limit, LimitReached, READ_BYTES, READ_ROWS } from './limits.ts';

const reasonOf = (limit: Limit) => limit.race(new Promise(() => {})).catch((error: Error) => error);

test('a limit ends with its time, and says how far the read had come', async () => {
  using limit = new Limit(50);
  limit.tookBytes(2_500_000);
  limit.tookRow();
  expect(await reasonOf(limit)).toEqual(new LimitReached('was not read to its end within 0.05 s: 3 MB and 1 row came', 'all of it by then'));
  expect(limit.signal.aborted).toBe(true);
});

test('a part ends with its own time, with the whole, or with the signal, whichever is first; what it takes counts for the whole', async () => {
  using whole = new Limit(5000);
  using part = whole.part(50);
  expect(((await reasonOf(part)) as Error).message).toBe('nothing came within 0.05 s');
  expect(whole.signal.aborted).toBe(false);

  const interrupt = new AbortController();
  using other = new Limit(5000, interrupt.signal);
  using inner = other.part(5000);
  interrupt.abort(new Error('interrupted'));
  expect(((await reasonOf(inner)) as Error).message).toBe('interrupted');

  const before = new AbortController();
  before.abort(new Error('before'));
  using late = new Limit(5000, before.signal);
  expect(((await reasonOf(late)) as Error).message).toBe('before');

  using many = new Limit(5000);
  using first = many.part(5000);
  first.tookBytes(READ_BYTES - 1);
  using second = many.part(5000);
  expect(() => second.tookBytes(2)).toThrow('holds more than 1000 MB');
});

test('rows are counted', () => {
  using limit = new Limit(60_000);
  for (let row = 0; row < READ_ROWS; row++) limit.tookRow();
  expect(() => limit.tookRow()).toThrow('holds more than 5,000,000 rows');
});
