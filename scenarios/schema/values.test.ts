import { expect, test } from 'vitest';
import { duration, formatDurationMs, nearestDuration, parseDurationMs, signedDuration } from './values.ts';

test('a duration is its number times its unit, in milliseconds', () => {
  const written = { '200ms': 200, '5s': 5000, '5 s': 5000, '1.5min': 90_000, '72h': 259_200_000, '1d': 86_400_000, '-1h': -3_600_000 };
  for (const [text, ms] of Object.entries(written)) expect(parseDurationMs(text), text).toBe(ms);
  for (const none of ['', '5', 's', '5 sec', '1h30min', '1e3s', '5S', '9999999999s']) expect(parseDurationMs(none), none).toBeUndefined();
});

test('only a signed duration can be negative', () => {
  expect(signedDuration.parse('-1h')).toBe(-3_600_000);
  expect(duration.safeParse('-1h').success).toBe(false);
});

test('a formatted duration parses to the same time', () => {
  for (const ms of [0, 1, 100, 1500, 5000, 90_000, 3_600_000, 86_400_000]) expect(parseDurationMs(formatDurationMs(ms))).toBe(ms);
  expect([100, 5000, 90_000, 3_600_000].map(formatDurationMs)).toEqual(['100ms', '5s', '90s', '1h']);
});

test('what is no duration has a nearest one', () => {
  const meant = { '5 sec': '5s', '5': '5s', '2 Minutes': '2min', '3m': '3min', '4 hrs.': '4h', '1 day': '1d', '20 millis': '20ms' };
  for (const [text, nearest] of Object.entries(meant)) expect(nearestDuration(text, { signed: false }), text).toBe(nearest);
  expect(nearestDuration('-5 sec', { signed: true })).toBe('-5s');
  expect(nearestDuration('-5 sec', { signed: false })).toBe('5s');
  expect(nearestDuration('soon', { signed: false })).toBeUndefined();
});
