// @ts-check
'use strict';
const { Ingest } = require('../lib/ingest.cjs');
const { openPatiently } = require('../lib/open-patiently.cjs');
const { serverOf } = require('../lib/sntp.cjs');
const { Store } = require('../lib/store.cjs');
const { TimeCheck } = require('../lib/time-check.cjs');

/** The file in which `commit` stores and from which `report` reads, and what is known of the gateways and of the time. */
module.exports = (/** @type {any} */ RED) => {
  RED.nodes.registerType('resilient-reading-store', /** @this {any} */ function ReadingStore(/** @type {any} */ config) {
    RED.nodes.createNode(this, config);
    this.store = openPatiently(
      () => new Store(config.file),
      (message) => this.error(`The store ${config.file} cannot be opened: ${message}. The ingest waits for its disk.`),
    );
    this.ingest = new Ingest(this.store);
    const server = serverOf(config.timeServer);
    const timeCheck = server && new TimeCheck(server, Number(config.timeCheckMs));
    if (timeCheck) this.ingest.askClock = () => timeCheck.news();
    this.on('close', () => {
      timeCheck?.close();
      this.store.close();
    });
  });
};
