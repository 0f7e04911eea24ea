import { z } from 'zod';

export { duration, formatDurationMs, nearestDuration, parseDurationMs, positiveDuration, signedDuration } from '../../simulator/faults/duration.ts';

const NAME = 'expected a name of at most 63 lower-case letters, digits and hyphens, such as gateway or edge-1';

/** A name that can stand in a path, in an id and in `${...}`. */
export const name = z.string({ error: NAME }).regex(/^[a-z][a-z0-9-]{0,62}$/, NAME);

const UNIT_BYTES = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;
const SIZE = /^(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|KiB|MiB|GiB)$/;

/** An amount of memory or disk with its unit; the parsed value is in bytes. */
export const size = z
  .string()
  .regex(SIZE, 'expected a size with its unit (B, kB, MB, GB, KiB, MiB, GiB), such as 256MB')
  .transform((text) => {
    const [, amount, unit] = SIZE.exec(text)!;
    return Math.round(Number(amount) * UNIT_BYTES[unit as keyof typeof UNIT_BYTES]);
  })
  .meta({ description: 'A size with its unit: B, kB, MB, GB, KiB, MiB or GiB. For example 256MB.' });
