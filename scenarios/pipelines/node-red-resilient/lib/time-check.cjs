// @ts-check
'use strict';
const { nowMicros } = require('./clock.cjs');
const { compareWith, KissOfDeath } = require('./sntp.cjs');

/**
 * @typedef {'agrees' | 'in doubt' | 'unchecked'} ClockState
 * @typedef {{ state: ClockState, offByMs: number | null, trouble: string | null }} ClockNews
 *   `offByMs`: how far this clock is ahead of the time server's. `trouble`: why the last question told nothing.
 */

/** Clocks this close to each other agree, as far as the round trip can tell them apart. */
const TOLERANCE_MICROS = 100_000;
/** An answer counts for this many questions after it. */
const COUNTS_FOR = 4;
const WITHIN_MS = 1000;

/**
 * Compares this machine's clock with a time server's again and again. It never sets anything by it: of two clocks that
 * differ nobody can tell here which one is wrong, but it can be told to people that one is.
 */
class TimeCheck {
  /** @param {{ host: string, port: number }} server @param {number} everyMs */
  constructor(server, everyMs) {
    this.server = server;
    this.everyMs = everyMs;
    this.closed = false;
    /** @type {import('./sntp.cjs').Comparison | undefined} */
    this.latest = undefined;
    this.comparedAtMicros = 0;
    /** @type {string | null} */
    this.trouble = 'not asked yet';
    /** @type {NodeJS.Timeout | undefined} */
    this.timer = undefined;
    void this.ask();
  }

  async ask() {
    const askedAtMicros = nowMicros();
    try {
      this.latest = await compareWith(this.server, WITHIN_MS);
      this.comparedAtMicros = nowMicros();
      this.trouble = null;
    } catch (error) {
      this.trouble = /** @type {Error} */ (error).message;
      if (error instanceof KissOfDeath) {
        if (error.code !== 'RATE') return; // go away: it is not asked again
        this.everyMs *= 2;
      }
    }
    const tookMs = (nowMicros() - askedAtMicros) / 1000;
    if (!this.closed) this.timer = setTimeout(() => void this.ask(), Math.max(0, this.everyMs - tookMs));
  }

  /** @returns {ClockNews} */
  news() {
    const { latest, trouble } = this;
    const ageMs = (nowMicros() - this.comparedAtMicros) / 1000;
    if (!latest || ageMs > COUNTS_FOR * this.everyMs) return { state: 'unchecked', offByMs: null, trouble };
    const apart = Math.abs(latest.aheadMicros) - latest.errorMicros;
    return { state: apart > TOLERANCE_MICROS ? 'in doubt' : 'agrees', offByMs: -Math.round(latest.aheadMicros / 1000), trouble };
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }
}

module.exports = { TimeCheck };
