// @ts-check
'use strict';

/**
 * Loaded into a Node.js program under test by NODE_OPTIONS=--require: skews its `Date` by an offset that can change at
 * any moment. What is monotonic stays true: timers, process.hrtime, performance.now.
 *
 * BROWNOUT_CLOCK is a folder. Its file `offset` holds one little-endian float64, the offset in milliseconds; it is read
 * at every call, so a jump is instantaneous for every process and thread of the node. When the program itself asks for
 * the time and the offset has changed since it last did, one line is added to `observed`: what it was told, and when.
 */

const clockFolder = process.env.BROWNOUT_CLOCK;
if (clockFolder) skew(clockFolder);

/** @param {string} folder */
function skew(folder) {
  // Taken now, for programs that patch `fs` later.
  const { appendFileSync, openSync, readSync } = require('node:fs');
  const { join } = require('node:path');
  const RealDate = Date;
  const realNow = Date.now;
  const hrtime = process.hrtime.bigint;
  const { pid } = process;

  const file = openSync(join(folder, 'offset'), 'r');
  const observedFile = join(folder, 'observed');
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  let seenOffsetMs = 0;

  function offsetMs() {
    readSync(file, bytes, 0, 8, 0);
    return view.getFloat64(0, true);
  }

  function now() {
    const offset = offsetMs();
    const time = Math.trunc(realNow() + offset);
    if (offset !== seenOffsetMs) {
      seenOffsetMs = offset;
      appendFileSync(observedFile, JSON.stringify({ pid, nowMs: time, hrtimeMicros: Number(hrtime() / 1000n) }) + '\n');
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
  const timeOrigin = performance.timeOrigin + offsetMs();
  Object.defineProperty(performance, 'timeOrigin', { value: timeOrigin, enumerable: true, configurable: true });
}
