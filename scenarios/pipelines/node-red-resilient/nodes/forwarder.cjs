// @ts-check
'use strict';
const { Forwarder } = require('../lib/forwarder.cjs');

/** Sends what the queue file holds until the ingest confirms it; any message in means that there is something new. */
module.exports = (/** @type {any} */ RED) => {
  RED.nodes.registerType('resilient-forwarder', /** @this {any} */ function ForwarderNode(/** @type {any} */ config) {
    RED.nodes.createNode(this, config);
    const file = RED.nodes.getNode(config.queue);
    const forwarder = new Forwarder({
      queue: file.queue,
      gateway: config.gateway,
      url: config.url,
      confirmWithinMs: Number(config.confirmWithinMs),
      toleranceMicros: Number(config.toleranceMs) * 1000,
      describe: file.describe,
      onState: ({ up, text }) => {
        this.status({ fill: up ? 'green' : 'red', shape: up ? 'dot' : 'ring', text });
        this.log(text);
        this.send({ payload: { up, text } });
      },
    });
    this.on('input', (/** @type {any} */ _msg, /** @type {any} */ _send, /** @type {() => void} */ done) => {
      forwarder.attempt(() => forwarder.flush());
      done();
    });
    this.on('close', (/** @type {() => void} */ done) => void forwarder.close().then(done));
  });
};
