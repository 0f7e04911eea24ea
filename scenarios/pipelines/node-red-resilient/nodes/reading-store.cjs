// @ts-check
'use strict';
const { Ingest } = require('../lib/ingest.cjs');
const { Store } = require('../lib/store.cjs');

/** The file in which `commit` stores and from which `report` reads, and what is known of the gateways. */
module.exports = (/** @type {any} */ RED) => {
  RED.nodes.registerType('resilient-reading-store', /** @this {any} */ function ReadingStore(/** @type {any} */ config) {
    RED.nodes.createNode(this, config);
    this.store = new Store(config.file);
    this.ingest = new Ingest(this.store);
    this.on('close', () => this.store.close());
  });
};
