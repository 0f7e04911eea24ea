// @ts-check
'use strict';
const { parseGone } = require('../lib/messages.cjs');

/** Stores what the receiver hands over, each reading once; sends `{ receipt, payload }`, its payload the confirmation. */
module.exports = (/** @type {any} */ RED) => {
  RED.nodes.registerType('resilient-commit', /** @this {any} */ function Commit(/** @type {any} */ config) {
    RED.nodes.createNode(this, config);
    const { ingest } = RED.nodes.getNode(config.store);

    const take = (/** @type {any} */ msg) => {
      if (msg.topic.startsWith('resilient/gone/')) {
        const gone = parseGone(msg.payload);
        if (gone) ingest.gone(gone.gateway, gone.connection);
        return null;
      }
      const taken = ingest.take(msg.payload, msg.receivedMicros);
      if (!taken) this.warn(`set aside: what came on ${msg.topic} is no batch`);
      return taken ?? null;
    };
    this.on('input', (/** @type {any} */ msg, /** @type {any} */ send, /** @type {(error?: Error) => void} */ done) => {
      let payload = null;
      try {
        payload = take(msg);
        done();
      } catch (error) {
        this.status({ fill: 'red', shape: 'ring', text: /** @type {Error} */ (error).message });
        done(/** @type {Error} */ (error)); // nothing is confirmed: the gateway keeps it and sends it again
      }
      send({ receipt: msg.receipt, payload });
    });
  });
};
