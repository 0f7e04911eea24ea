// @ts-check
'use strict';
const { DurableQueue } = require('../../../node-red-resilient/lib/queue.cjs');

/** The same queue, in memory: what it holds, and when it last read which machine, ends with the process. */
class RamQueue extends DurableQueue {
  /** @param {ConstructorParameters<typeof DurableQueue>[0]} options */
  constructor(options) {
    super({ ...options, file: ':memory:' });
  }
}

module.exports = { DurableQueue: RamQueue };
