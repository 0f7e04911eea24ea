// @ts-check
'use strict';
const { wallMicros } = require('../lib/clock.cjs');
const { Connection } = require('../lib/connection.cjs');
const { HELLO_TOPIC, INGEST_TOPICS, topicsOf } = require('../lib/messages.cjs');

/** What nobody answered for so long is let go, so that the next message can come; its gateway will send it again. */
const PATIENCE_MS = 5000;

/**
 * Hands over what gateways send as `{ topic, payload, receipt, receivedMicros }`, and acknowledges it to the broker
 * when `{ receipt, payload }` comes back; a payload `{ gateway, confirm }` is sent to that gateway before.
 */
module.exports = (/** @type {any} */ RED) => {
  RED.nodes.registerType('resilient-receiver', /** @this {any} */ function Receiver(/** @type {any} */ config) {
    RED.nodes.createNode(this, config);
    const { ingest } = RED.nodes.getNode(config.store);
    /** @type {Map<number, () => void>} */
    const receipts = new Map();
    let lastReceipt = 0;
    let downWhy = 'not connected yet';

    const connection = new Connection({
      url: config.url,
      clientId: config.clientId,
      topics: INGEST_TOPICS,
      silenceMs: Number(config.silenceMs),
      onUp: () => {
        this.status({ fill: 'green', shape: 'dot', text: 'connected' });
        connection.publish(HELLO_TOPIC, {});
      },
      onDown: (why) => {
        downWhy = why;
        ingest.lostBroker();
        this.status({ fill: 'red', shape: 'ring', text: why });
        this.log(why);
      },
      onMessage: (topic, payload, acknowledge) => {
        const receivedMicros = wallMicros();
        const receipt = lastReceipt += 1;
        const patience = setTimeout(() => settle(receipt), PATIENCE_MS);
        receipts.set(receipt, () => { clearTimeout(patience); acknowledge(); });
        this.send({ topic, payload, receipt, receivedMicros });
      },
    });
    ingest.askBroker = () => ({ up: connection.up, why: downWhy, silentMs: connection.silentMs() });
    const settle = (/** @type {number} */ receipt) => {
      receipts.get(receipt)?.();
      receipts.delete(receipt);
    };
    this.on('input', (/** @type {any} */ msg, /** @type {any} */ _send, /** @type {() => void} */ done) => {
      if (msg.payload && connection.up) connection.publish(topicsOf(msg.payload.gateway).confirm, msg.payload.confirm);
      settle(msg.receipt);
      done();
    });
    this.on('close', (/** @type {() => void} */ done) => {
      for (const receipt of receipts.keys()) settle(receipt);
      void connection.close().then(done);
    });
  });
};
