// @ts-check
'use strict';
const { randomUUID } = require('node:crypto');
const { readFileSync } = require('node:fs');

/** Microseconds of the monotonic clock: never steps, survives a crash of the process, starts anew with the machine. */
const nowMicros = () => Number(process.hrtime.bigint() / 1000n);

/** Microseconds since the Unix epoch by this machine's wall clock, which anybody may set at any time. */
const wallMicros = () => Date.now() * 1000;

/**
 * Names the boot that `nowMicros` counts from. Where the system offers no such name (Windows, macOS), every start of
 * the process counts as a boot of its own: monotonic times of two runs are then never compared, which is safe.
 * @param {string} path such as /proc/sys/kernel/random/boot_id
 */
function bootId(path) {
  try {
    const id = readFileSync(path, 'utf8').trim();
    if (id) return id;
  } catch {
    // No such file here.
  }
  return randomUUID();
}

module.exports = { nowMicros, wallMicros, bootId };
