// @ts-check
'use strict';
const { Store } = require('../../../node-red-resilient/lib/store.cjs');

/** The same store, but a second reading of a machine within a second of the clock is taken for a repetition of the first. */
class CoarseStore extends Store {
  /** @param {string} file */
  constructor(file) {
    super(file);
    this.db.exec('CREATE UNIQUE INDEX IF NOT EXISTS identity ON readings (device, time / 1000000)');
  }
}

module.exports = { Store: CoarseStore };
