// @ts-check
'use strict';

/** How often a full disk or a full queue is tried again. */
const RETRY_MS = 250;

/** Commits `{ readings, troubles }`; sends `{ committed: [machine] }` once they are on disk and there is room for more. */
module.exports = (/** @type {any} */ RED) => {
  RED.nodes.registerType('resilient-durable-queue', /** @this {any} */ function DurableQueueNode(/** @type {any} */ config) {
    RED.nodes.createNode(this, config);
    const file = RED.nodes.getNode(config.queue);
    /** @type {import('../lib/queue.cjs').Reading[]} taken from the machines and not yet on disk, while the disk refuses */
    let waiting = [];
    /** @type {Set<string>} on disk, but the queue is full: these machines are not asked for more */
    const held = new Set();
    /** @type {NodeJS.Timeout | undefined} */
    let retry;

    const work = () => {
      clearTimeout(retry);
      if (waiting.length > 0 && !commit()) retry = setTimeout(work, RETRY_MS);
      else if (held.size > 0 && file.queue.full) {
        this.status({ fill: 'red', shape: 'ring', text: 'the queue is full' });
        retry = setTimeout(work, RETRY_MS);
      } else if (held.size > 0) {
        this.send({ payload: { committed: [...held] } });
        held.clear();
      }
    };

    const commit = () => {
      try {
        file.queue.commit(waiting);
      } catch (error) {
        if (file.diskError === null) this.error(`the disk refuses: ${/** @type {Error} */ (error).message}`);
        file.diskError = /** @type {Error} */ (error).message;
        this.status({ fill: 'red', shape: 'ring', text: file.diskError });
        return false;
      }
      file.diskError = null;
      for (const { machine } of waiting) held.add(machine);
      waiting = [];
      this.status({ fill: 'green', shape: 'dot', text: `${file.queue.size} waiting` });
      return true;
    };

    this.on('input', (/** @type {any} */ msg, /** @type {any} */ _send, /** @type {() => void} */ done) => {
      Object.assign(file.troubles, msg.payload.troubles);
      waiting.push(...msg.payload.readings);
      if (waiting.length > 0) work();
      done();
    });
    this.on('close', () => clearTimeout(retry));
  });
};
