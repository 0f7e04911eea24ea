// @ts-check
'use strict';

/**
 * Loaded into a Node.js program under test by NODE_OPTIONS=--require: skews its `Date` in a way that can change at any
 * moment. What is monotonic stays true: timers, process.hrtime, performance.now.
 *
 * BROWNOUT_CLOCK is a folder. Its file `skew` holds three float64 in the byte order of this machine: an offset in
 * milliseconds, the milliseconds gained per millisecond of process.hrtime since that was 0, and the wall-clock time at
 * which it was 0. It is read at every call, so a change is instantaneous for every process and thread of the node. When
 * the program itself asks for the time and the skew has changed since it last did, one line is added to `observed`:
 * what it was told, and when. While its clock runs at a wrong rate, that happens ten times a second.
 */

const clockFolder = process.env.BROWNOUT_CLOCK;
if (clockFolder) skewClock(clockFolder);

/** @param {string} folder */
function skewClock(folder) {
  // Taken now, for programs that patch `fs` later.
  const { appendFileSync, openSync, readSync } = require('node:fs');
  const { join } = require('node:path');
  const RealDate = Date;
  const realNow = Date.now;
  const hrtime = process.hrtime.bigint;
  const { pid } = process;
  const OBSERVE_EVERY_MS = 100;

  const file = openSync(join(folder, 'skew'), 'r');
  const observedFile = join(folder, 'observed');
  const skew = new Float64Array(3);
  const bytes = new Uint8Array(skew.buffer);
  /** @type {(number | undefined)[]} */
  let seen = [0, 0];
  let observedAtMs = 0;

  /** @returns {number} the wall-clock time in milliseconds, with its fraction where the rate is wrong */
  function skewedMs() {
    readSync(file, bytes, 0, 24, 0);
    const [offsetMs, rate, originMs] = /** @type {[number, number, number]} */ (/** @type {unknown} */ (skew));
    // By the monotonic clock alone, so that a clock that stands still stands still to the millisecond.
    return rate === 0 ? realNow() + offsetMs : originMs + offsetMs + (1 + rate) * (Number(hrtime()) / 1e6);
  }

  function now() {
    const time = Math.trunc(skewedMs());
    const changed = skew[0] !== seen[0] || skew[1] !== seen[1];
    if (changed || skew[1] !== 0) {
      const hrtimeMicros = Number(hrtime() / 1000n);
      if (changed || hrtimeMicros / 1000 - observedAtMs >= OBSERVE_EVERY_MS) {
        seen = [skew[0], skew[1]];
        observedAtMs = hrtimeMicros / 1000;
        appendFileSync(observedFile, JSON.stringify({ pid, nowMs: time, hrtimeMicros }) + '\n');
      }
    }
    return time;
  }

  // A proxy keeps all the rest of Date as it is: its name and length, UTC and parse, instanceof, subclasses.
  const SkewedDate = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  });
  RealDate.now = now;
  RealDate.prototype.constructor = SkewedDate;
  globalThis.Date = SkewedDate;

  // The wall-clock time at which performance.now() was 0, as this thread would have been told it then.
  const timeOrigin = performance.timeOrigin + (skewedMs() - realNow());
  Object.defineProperty(performance, 'timeOrigin', { value: timeOrigin, enumerable: true, configurable: true });
}
