// @ts-check
'use strict';
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const MOST_ROWS = 100_000;

/** A whole number of a query. @param {unknown} text @param {number} otherwise */
function whole(text, otherwise) {
  const number = Number(text ?? otherwise);
  return Number.isSafeInteger(number) && number >= 0 ? number : otherwise;
}

/** Answers an HTTP request with what is stored: readings, gaps, health, or the page for people. */
module.exports = (/** @type {any} */ RED) => {
  const page = readFileSync(join(__dirname, '../lib/status-page.html'), 'utf8');

  RED.nodes.registerType('resilient-report', /** @this {any} */ function Report(/** @type {any} */ config) {
    RED.nodes.createNode(this, config);
    const { store, ingest } = RED.nodes.getNode(config.store);
    /** @type {Record<string, (query: any) => unknown>} */
    const answers = {
      readings: ({ after, limit }) => store.readings(whole(after, 0), Math.min(whole(limit, 10_000), MOST_ROWS)),
      gaps: ({ after, limit }) => store.gaps(whole(after, 0), Math.min(whole(limit, 10_000), MOST_ROWS)),
      health: () => ingest.health(),
      page: () => page,
    };
    this.on('input', (/** @type {any} */ msg, /** @type {any} */ send, /** @type {() => void} */ done) => {
      msg.payload = answers[config.what]?.(msg.req?.query ?? {});
      msg.headers = { 'content-type': config.what === 'page' ? 'text/html; charset=utf-8' : 'application/json', 'cache-control': 'no-store' };
      send(msg);
      done();
    });
  });
};
