// @ts-check
'use strict';
const { nowMicros, wallMicros } = require('../../../node-red-resilient/lib/clock.cjs');
const { Ingest } = require('../../../node-red-resilient/lib/ingest.cjs');

const SILENCE_MS = 500;

/** The same ingest, with a watchdog: when nothing came of a machine for a while, that is a gap, whatever comes later. */
class HastyIngest extends Ingest {
  /** @override @param {import('../../../node-red-resilient/lib/messages.cjs').Batch} batch */
  note(batch) {
    const nowMs = nowMicros() / 1000;
    for (const [machine, [first]] of Map.groupBy(batch.readings, (it) => it.machine)) {
      const last = this.newest[machine];
      if (!first || !last || nowMs - last.arrivedAtMs < SILENCE_MS) continue;
      const gap = { ...first, from: last.time, to: wallMicros(), reason: 'nothing was received' };
      this.store.commit({ ...batch, readings: [], gaps: [gap] }, wallMicros());
    }
    super.note(batch);
  }
}

module.exports = { Ingest: HastyIngest };
