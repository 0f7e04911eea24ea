import { z } from 'zod';

/** Durations as people write them in scenario and pipeline files. */

const UNIT_MS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNIT_MS;

const SIGNED = /^([+-]?\d{1,9}(?:\.\d{1,6})?)\s*(ms|s|min|h|d)$/;
const UNSIGNED = /^\+?\d{1,9}(?:\.\d{1,6})?\s*(ms|s|min|h|d)$/;

/** Milliseconds of a duration such as `200ms`, `5s`, `1.5min`, `72h`, `-1h`; undefined if it is none. */
export function parseDurationMs(text: string): number | undefined {
  const match = SIGNED.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * UNIT_MS[match[2] as Unit];
}

/** The shortest way to write a duration: 90000 is `90s`, 3600000 is `1h`. */
export function formatDurationMs(ms: number): string {
  const unit = (['d', 'h', 'min', 's'] as const).find((it) => ms !== 0 && Number.isInteger(ms / UNIT_MS[it])) ?? 'ms';
  return `${ms / UNIT_MS[unit]}${unit}`;
}

/** What a person most likely meant by something that is no such duration: `5 sec` and `5` give `5s`. */
export function nearestDuration(value: unknown, { signed }: { signed: boolean }): string | undefined {
  const match = /^([+-]?\d{1,9}(?:\.\d{1,6})?)\s*([a-z]*)\.?$/i.exec(String(value).trim());
  if (!match) return undefined;
  const unit = match[2]!.toLowerCase();
  const meant = unit === '' ? 's' : SPELLINGS.find(([spelling]) => spelling.test(unit))?.[1];
  return meant && `${signed ? match[1] : match[1]!.replace('-', '')}${meant}`;
}

const SPELLINGS: [RegExp, Unit][] = [[/^(ms|mil)/, 'ms'], [/^s/, 's'], [/^m/, 'min'], [/^h/, 'h'], [/^d/, 'd']];

/** A hundred years: in microseconds still a whole number that JavaScript can count with. */
const LONGEST_MS = 36_500 * UNIT_MS.d;
/** What a timer of Node.js can wait for; a longer one would ring at once. */
const LONGEST_TIMER_MS = 24 * UNIT_MS.d;

const durationOf = (pattern: RegExp, expected: string, examples: string) =>
  z
    .string({ error: expected })
    .regex(pattern, expected)
    .transform((text) => parseDurationMs(text)!)
    .refine((ms) => Math.abs(ms) <= LONGEST_MS, 'expected at most 36500d')
    .meta({ description: `A duration with its unit: ms, s, min, h or d. For example ${examples}.` });

/** A signed duration with its unit; the parsed value is in milliseconds. */
export const signedDuration = durationOf(
  SIGNED,
  'expected a duration with its unit (ms, s, min, h, d), such as 200ms, 5s or -1h',
  '200ms, 5s, 72h, -1h',
);

/** A duration that is not negative; the parsed value is in milliseconds. */
export const duration = durationOf(
  UNSIGNED,
  'expected a duration with its unit (ms, s, min, h, d), such as 200ms, 5s or 72h',
  '200ms, 5s, 72h',
);

/** A duration in which something has to happen. */
export const positiveDuration = duration.refine((ms) => ms > 0, 'expected more than 0');

/** A duration that a fault waits for again and again. */
export const interval = duration.refine((ms) => ms <= LONGEST_TIMER_MS, 'expected at most 24d');
