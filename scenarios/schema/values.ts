import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^([+-]?\d+(?:\.\d+)?)\s*(ms|s|min|h|d)$/;

/** Milliseconds of a duration such as `200ms`, `5s`, `1.5min`, `72h`, `-1h`; undefined if it is none. */
export function parseDurationMs(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

/** A signed duration with its unit; the parsed value is in milliseconds. */
export const signedDuration = z
  .string()
  .regex(DURATION, 'expected a duration with its unit (ms, s, min, h, d), such as 200ms, 5s or 72h')
  .transform((text) => parseDurationMs(text)!)
  .meta({ description: 'A duration with its unit: ms, s, min, h or d. For example 200ms, 5s, 72h, -1h.' });

/** A duration that is not negative; the parsed value is in milliseconds. */
export const duration = z
  .string()
  .regex(
    /^\+?\d+(?:\.\d+)?\s*(ms|s|min|h|d)$/,
    'expected a duration with its unit (ms, s, min, h, d), such as 200ms, 5s or 72h',
  )
  .transform((text) => parseDurationMs(text)!)
  .meta({ description: 'A duration with its unit: ms, s, min, h or d. For example 200ms, 5s, 72h.' });

/** A name that can stand in a path, in an id and in `${...}`. */
export const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'expected a name of lower-case letters, digits and hyphens, such as gateway or edge-1');
