// @ts-check
'use strict';

/**
 * Opens a file as soon as the disk lets it. Nothing may be taken before it can be kept, so who boots while the disk
 * refuses does nothing but wait: this blocks, and meanwhile nobody is asked for a reading and nothing is confirmed.
 * @template T
 * @param {() => T} open
 * @param {(message: string) => void} say hears each new reason why it does not open
 * @param {number} [againAfterMs]
 * @returns {T}
 */
function openPatiently(open, say, againAfterMs = 500) {
  let said = '';
  for (;;) {
    try {
      return open();
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      if (message !== said) say(message);
      said = message;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, againAfterMs);
    }
  }
}

module.exports = { openPatiently };
