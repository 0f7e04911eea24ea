// @ts-check
'use strict';
const { parseMachines } = require('../lib/machines.cjs');
const { Poller } = require('../lib/poller.cjs');

/** Asks the machines; sends `{ readings, troubles }`; wants to hear `{ committed: [machine] }` before it asks again. */
module.exports = (/** @type {any} */ RED) => {
  RED.nodes.registerType('resilient-machine-reader', /** @this {any} */ function MachineReader(/** @type {any} */ config) {
    RED.nodes.createNode(this, config);
    const machines = parseMachines(config.machines);
    const poller = new Poller({
      machines,
      periodMs: Number(config.periodMs),
      timeoutMs: Number(config.timeoutMs),
      deliver: (readings) => this.send({ payload: { readings, troubles: {} } }),
      report: (troubles) => {
        this.send({ payload: { readings: [], troubles } });
        const silent = poller.seats.filter((seat) => seat.trouble !== null).length;
        if (silent === 0) this.status({ fill: 'green', shape: 'dot', text: `${machines.length} machines` });
        else this.status({ fill: 'red', shape: 'ring', text: `${silent} of ${machines.length} machines silent` });
      },
    });
    this.on('input', (/** @type {any} */ msg, /** @type {any} */ _send, /** @type {() => void} */ done) => {
      poller.committed(msg.payload.committed);
      done();
    });
    this.on('close', () => poller.stop());
    // The first question waits until every node of the flow is there to take the answer.
    RED.events.once('flows:started', () => poller.start());
  });
};
