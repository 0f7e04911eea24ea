// @ts-check
'use strict';
const { bootId, nowMicros, wallMicros } = require('../lib/clock.cjs');
const { openPatiently } = require('../lib/open-patiently.cjs');
const { DurableQueue } = require('../lib/queue.cjs');
const { describe } = require('../lib/statement.cjs');

/** The file that `durable queue` fills and `forwarder` empties, and what a gateway knows about itself. */
module.exports = (/** @type {any} */ RED) => {
  RED.nodes.registerType('resilient-queue-file', /** @this {any} */ function QueueFile(/** @type {any} */ config) {
    RED.nodes.createNode(this, config);
    const options = {
      file: config.file,
      boot: bootId(config.bootIdFile),
      wallOffsetMicros: wallMicros() - nowMicros(),
      gapAfterMicros: Number(config.gapAfterMs) * 1000,
      capacity: Number(config.capacity),
    };
    const queue = openPatiently(
      () => new DurableQueue(options),
      (message) => this.error(`The queue ${config.file} cannot be opened: ${message}. The gateway waits for its disk.`),
    );
    this.queue = queue;
    /** Per machine, why it cannot be read. */
    this.troubles = {};
    /** Why the disk refuses, while it does. */
    this.diskError = null;
    this.describe = () => describe(queue, { troubles: this.troubles, diskError: this.diskError, nowMicros: nowMicros(), wallMicros: wallMicros() });
    this.on('close', () => queue.close());
  });
};
