// @ts-check
'use strict';
const { nowMicros, wallMicros } = require('../../../node-red-resilient/lib/clock.cjs');
const { Forwarder } = require('../../../node-red-resilient/lib/forwarder.cjs');
const { compareWith, serverOf } = require('../../../node-red-resilient/lib/sntp.cjs');
const { newTimeline } = require('../../../node-red-resilient/lib/timeline.cjs');

const ASK_EVERY_MS = 500;

/** The same forwarder, except that it is whatever time the time server says it is, from the moment it says so. */
class ObedientForwarder extends Forwarder {
  /** @param {ConstructorParameters<typeof Forwarder>[0]} options */
  constructor(options) {
    super(options);
    this.server = /** @type {{ host: string, port: number }} */ (serverOf(process.env.TIME_SERVER));
    this.asking = setInterval(() => void this.follow(), ASK_EVERY_MS);
    void this.follow();
  }

  async follow() {
    const told = await compareWith(this.server, ASK_EVERY_MS, () => undefined).catch(() => undefined);
    if (!told) return;
    const micros = nowMicros();
    const offsetMicros = wallMicros() + told.aheadMicros - micros;
    this.queue.timelines.set(this.queue.boot, { ...newTimeline(offsetMicros), knots: [{ micros, offsetMicros, errorMicros: told.errorMicros }] });
  }

  /** What the ingest's clock says is not heard. @override */
  compareClocks() {
    return this.queue.timeline.knots.length > 0;
  }

  /** @override */
  async close() {
    clearInterval(this.asking);
    await super.close();
  }
}

module.exports = { Forwarder: ObedientForwarder };
