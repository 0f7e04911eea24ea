// @ts-check
'use strict';
const { DurableQueue } = require('../../../node-red-resilient/lib/queue.cjs');

/** Few enough for an outage of seconds to show what an outage of hours does to a larger queue. */
const MOST_ENTRIES = 50;

/** The same queue, but the oldest make room for the newest, and nobody is told. */
class RingQueue extends DurableQueue {
  /** @override @param {import('../../../node-red-resilient/lib/queue.cjs').Reading[]} readings */
  commit(readings) {
    super.commit(readings);
    const tooMany = this.size - MOST_ENTRIES;
    if (tooMany <= 0) return;
    const { changes } = this.db.prepare('DELETE FROM entries WHERE id IN (SELECT id FROM entries ORDER BY id LIMIT ?)').run(tooMany);
    this.size -= Number(changes);
  }
}

module.exports = { DurableQueue: RingQueue };
