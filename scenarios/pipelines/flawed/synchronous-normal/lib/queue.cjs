// @ts-check
'use strict';
const { DurableQueue } = require('../../../node-red-resilient/lib/queue.cjs');

/** The same queue, committed to the page cache: SQLite's log is synced at a checkpoint only, every thousand pages or so. */
class UnsyncedQueue extends DurableQueue {
  /** @param {ConstructorParameters<typeof DurableQueue>[0]} options */
  constructor(options) {
    super(options);
    this.db.exec('PRAGMA synchronous = NORMAL');
  }
}

module.exports = { DurableQueue: UnsyncedQueue };
