// @ts-check
'use strict';
const { Forwarder } = require('../../../node-red-resilient/lib/forwarder.cjs');

/** The same forwarder, except that the broker's PUBACK counts as if the ingest had confirmed. */
class TrustingForwarder extends Forwarder {
  /** @param {ConstructorParameters<typeof Forwarder>[0]} options */
  constructor(options) {
    super(options);
    const { connection } = this;
    connection.publish = (topic, /** @type {any} */ batch) => {
      connection.client.publish(topic, JSON.stringify(batch), { qos: 1 }, (error) => {
        if (!error && batch.first > 0) this.attempt(() => this.forget(batch.first, batch.last));
      });
    };
  }

  /** @param {number} first @param {number} last */
  forget(first, last) {
    this.queue.confirm(first, last);
    this.window.confirmed(first, last);
    this.flush();
  }
}

module.exports = { Forwarder: TrustingForwarder };
