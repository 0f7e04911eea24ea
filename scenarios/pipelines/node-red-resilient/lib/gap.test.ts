import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

const { gapBefore } = createRequire(import.meta.url)('./gap.cjs');

const context = { boot: 'boot-1', session: 'run-2', gapAfterMicros: 350_000 };
const last = { boot: 'boot-1', session: 'run-2', atMicros: 1_000_000, errorMicros: 1000 };
const reading = (atMicros: number, more = {}) => ({ atMicros, errorMicros: 1000, ...more });

const reasonOf = (before: object, trouble: string | null = null) => gapBefore(before, reading(9_000_000, { trouble }), context).reason;

test('the first reading of a machine ends no gap', () => {
  expect(gapBefore(undefined, reading(1_000_000), context)).toBeUndefined();
});

test('readings that may be further apart than allowed have a gap between them, from one to the other', () => {
  expect(gapBefore(last, reading(1_348_000), context)).toBeUndefined();
  expect(gapBefore(last, reading(1_348_001), context)).toMatchObject({ fromBoot: 'boot-1', fromMicros: 1_000_000 });
});

test('the reason tells a machine from a gateway', () => {
  expect(reasonOf({ ...last, boot: 'boot-0' })).toBe('the gateway was switched off');
  expect(reasonOf({ ...last, session: 'run-1' })).toBe('the gateway was down');
  expect(reasonOf(last, 'no answer within 1000 ms')).toBe('the machine could not be read: no answer within 1000 ms');
  expect(reasonOf(last)).toBe('the gateway was busy');
});

test('times of two boots are never compared: there is a gap, however close they look', () => {
  expect(gapBefore({ ...last, boot: 'boot-0' }, reading(1_000_001), context)).toBeDefined();
});
