// @ts-check
'use strict';
const { randomUUID } = require('node:crypto');
const { Store } = require('../../../node-red-resilient/lib/store.cjs');

/** The same store, but what a row is told by is the message that it came in: what is sent again is new. */
class CredulousStore extends Store {
  /** @override @param {import('../../../node-red-resilient/lib/messages.cjs').Batch} batch @param {number} nowMicros */
  commit(batch, nowMicros) {
    const boot = randomUUID();
    const readings = batch.readings.map((it) => ({ ...it, boot }));
    return super.commit({ ...batch, readings, gaps: batch.gaps.map((it) => ({ ...it, boot })) }, nowMicros);
  }
}

module.exports = { Store: CredulousStore };
