import { z } from 'zod';
import { parseDurationMs } from './values.ts';

const COUNTED = ['delivered', 'acknowledged', 'waiting'] as const;
const PACKETS = ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const;

/** A moment that hangs on how far a run has come, not on its clock. */
export interface ProgressPoint {
  count: number;
  /**
   * `delivered`: rows that arrive at the outlet; `acknowledged`: readings that the pipeline takes; `waiting`: readings
   * that it holds at one time; the others: packets of MQTT that come by on a link, in either direction.
   */
  of: (typeof COUNTED)[number] | (typeof PACKETS)[number];
  /** The link, for packets. */
  on?: string;
  /** Counted from the end of this fault, by its place in the file from 1; left out, from the end of the baseline. */
  since?: number;
}

const DURATION = String.raw`\+?\d{1,9}(?:\.\d{1,6})?\s*(?:ms|s|min|h|d)`;
const POINT = String.raw`after [1-9]\d{0,8} (?:(?:${COUNTED.join('|')})|(?:${PACKETS.join('|')}) on [a-z][a-z0-9-]*)(?: since fault [1-9]\d{0,3})?`;
const PATTERN = new RegExp(`^(?:${DURATION}|${POINT})$`);
const PARTS = /^after (?<count>\d+) (?<of>\w+)(?: on (?<on>[a-z0-9-]+))?(?: since fault (?<since>\d+))?$/;

const EXPECTED = 'expected a duration with its unit (ms, s, min, h, d), such as 200ms, 5s or 72h; or a point of progress, such as "after 40 delivered"';

/**
 * When a fault begins: milliseconds after the end of the baseline, or a point of progress, written as
 * `after 40 delivered`, `after 200 waiting`, or `after 3 puback on uplink since fault 1`.
 */
export const moment = z
  .string({ error: EXPECTED })
  .regex(PATTERN, EXPECTED)
  .transform((text): number | ProgressPoint => parseDurationMs(text) ?? pointOf(text));

function pointOf(text: string): ProgressPoint {
  const { count, of, on, since } = PARTS.exec(text)!.groups as Record<string, string | undefined>;
  return { count: Number(count), of: of as ProgressPoint['of'], ...(on && { on }), ...(since && { since: Number(since) }) };
}
