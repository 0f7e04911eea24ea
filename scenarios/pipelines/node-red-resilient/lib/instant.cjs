// @ts-check
'use strict';

/** Two quartz clocks part by at most this much. */
const DRIFT = 200e-6;

/** @typedef {{ atMicros: number, errorMicros: number }} Instant */

/**
 * When did the machine latch this reading? Surely between question and answer, but on a slow link or a busy gateway
 * these are far apart. The machine's own uptime, latched with the values, narrows it: every reading bounds the instant
 * at which the machine's uptime was zero, and the bounds of many readings, most of them tight, hold for this one too.
 * The answer never leaves the interval between question and answer, whatever the machine's clock does.
 */
class InstantFinder {
  /**
   * @param {Instant & { uptimeMs: number }} [last] a reading from before this process began, in the time of the same
   *   boot: with it even the first answer after a crash can be placed, however late it comes
   */
  constructor(last) {
    /** Bounds of the instant at which the uptime was zero. */
    this.earliest = -Infinity;
    this.latest = Infinity;
    this.lastMicros = 0;
    if (last) this.locate({ askedMicros: last.atMicros - last.errorMicros, answeredMicros: last.atMicros + last.errorMicros, uptimeMs: last.uptimeMs });
  }

  /**
   * @param {{ askedMicros: number, answeredMicros: number, uptimeMs: number }} reading
   * @returns {Instant}
   */
  locate({ askedMicros, answeredMicros, uptimeMs }) {
    const uptime = uptimeMs * 1000;
    const drift = (answeredMicros - this.lastMicros) * DRIFT;
    const low = askedMicros - uptime - 1000;
    const high = answeredMicros - uptime;
    this.earliest = Math.max(this.earliest - drift, low);
    this.latest = Math.min(this.latest + drift, high);
    // No instant fits both: the machine has booted since.
    if (this.earliest > this.latest) [this.earliest, this.latest] = [low, high];
    this.lastMicros = answeredMicros;

    const from = Math.max(askedMicros, this.earliest + uptime);
    const to = Math.max(from, Math.min(answeredMicros, this.latest + uptime + 1000));
    return { atMicros: Math.round((from + to) / 2), errorMicros: Math.ceil((to - from) / 2) };
  }
}

module.exports = { InstantFinder };
