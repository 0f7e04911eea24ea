// @ts-check
'use strict';

/**
 * @typedef {{ boot: string, atMicros: number, errorMicros: number, session: string }} Last the last committed reading of a machine
 * @typedef {{ fromBoot: string, fromMicros: number, fromErrorMicros: number, reason: string }} Gap
 *   The machine was not read between that instant and the reading which the gap is declared with.
 */

/**
 * The gap that a reading ends, if any. It reaches from the last committed reading to this one, so it never covers a
 * reading and never leaves a missing one out. Both instants are known within limits; the longest possible distance counts.
 * @param {Last | undefined} last
 * @param {{ atMicros: number, errorMicros: number, trouble?: string | null }} reading
 * @param {{ boot: string, session: string, gapAfterMicros: number }} context of this reading
 * @returns {Gap | undefined}
 */
function gapBefore(last, reading, { boot, session, gapAfterMicros }) {
  if (!last) return undefined;
  const distance = reading.atMicros + reading.errorMicros - (last.atMicros - last.errorMicros);
  if (last.boot === boot && distance <= gapAfterMicros) return undefined;
  const reason =
    last.boot !== boot ? 'the gateway was switched off'
    : last.session !== session ? 'the gateway was down'
    : reading.trouble ? `the machine could not be read: ${reading.trouble}`
    : 'the gateway was busy';
  return { fromBoot: last.boot, fromMicros: last.atMicros, fromErrorMicros: last.errorMicros, reason };
}

module.exports = { gapBefore };
