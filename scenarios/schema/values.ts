import { z } from 'zod';

export { duration, formatDurationMs, nearestDuration, parseDurationMs, signedDuration } from '../../simulator/faults/duration.ts';

const NAME = 'expected a name of lower-case letters, digits and hyphens, such as gateway or edge-1';

/** A name that can stand in a path, in an id and in `${...}`. */
export const name = z.string({ error: NAME }).regex(/^[a-z][a-z0-9-]*$/, NAME);
