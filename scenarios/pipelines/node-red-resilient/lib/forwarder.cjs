// @ts-check
'use strict';
const { nowMicros, wallMicros } = require('./clock.cjs');
const { Connection } = require('./connection.cjs');
const { Window } = require('./window.cjs');
const { learn, prune, sampleOf } = require('./timeline.cjs');
const { topicsOf, HELLO_TOPIC, stampEntries, parseConfirm } = require('./messages.cjs');

/**
 * @typedef {InstanceType<typeof import('./queue.cjs').DurableQueue>} DurableQueue
 * @typedef {import('./timeline.cjs').Sample} Sample
 * @typedef {import('./messages.cjs').Confirm} Confirm
 */

const TICK_MS = 100;
const SIGN_OF_LIFE_MS = 500;
const BATCH_ENTRIES = 200;
/** A first comparison of clocks should be this good; otherwise the best of a few is taken. */
const GOOD_SAMPLE_MICROS = 3000;
const SAMPLES = 5;

/**
 * Sends what the queue holds until the ingest has confirmed it. A new connection begins with an empty batch: its
 * confirmation proves that the ingest listens, and compares the clocks, before any reading gets its stamp.
 */
class Forwarder {
  /**
   * @param {{ queue: DurableQueue, gateway: string, url: string, confirmWithinMs: number, toleranceMicros: number,
   *   describe: () => import('./messages.cjs').Statement, onState: (state: { up: boolean, text: string }) => void }} options
   */
  constructor(options) {
    const { queue, gateway, url, confirmWithinMs } = options;
    this.options = options;
    this.queue = queue;
    this.topics = topicsOf(gateway);
    this.window = new Window({ confirmWithinMs });
    /** The ingest answered on this connection, so data may flow. */
    this.open = false;
    this.connections = 0;
    this.lastSentMicros = 0;
    /** The latest instant, in this boot's time, that a stamp was given away for. */
    this.stampedMicros = queue.oldestMicros() ?? nowMicros();
    /** @type {Sample[]} */
    this.samples = [];
    this.connection = new Connection({
      url,
      clientId: `resilient-gateway-${gateway}`,
      topics: [this.topics.confirm, HELLO_TOPIC],
      silenceMs: confirmWithinMs,
      will: () => ({ topic: this.topics.gone, payload: { gateway, connection: this.connectionId(this.connections += 1) } }),
      onUp: () => this.attempt(() => this.greet()),
      onDown: (why) => { this.open = false; options.onState({ up: false, text: why }); },
      onMessage: (topic, payload, done) => { done(); this.attempt(() => this.hear(topic, payload)); },
    });
    this.tick = setInterval(() => this.attempt(() => this.look()), TICK_MS);
  }

  /** A disk that refuses must not end the process: what could not be done is tried again. @param {() => void} work */
  attempt(work) {
    try {
      work();
    } catch (error) {
      this.options.onState({ up: false, text: /** @type {Error} */ (error).message });
    }
  }

  connectionId(number = this.connections) {
    return `${this.queue.session}/${number}`;
  }

  greet() {
    this.open = false;
    this.send([], 0, 0);
  }

  /** @param {string} topic @param {Buffer} payload */
  hear(topic, payload) {
    if (topic === HELLO_TOPIC) return this.greet(); // the ingest is back and may have missed what is on its way
    const confirm = parseConfirm(payload);
    if (!confirm || confirm.queue !== this.queue.id) return;
    if (confirm.first > 0) {
      this.queue.confirm(confirm.first, confirm.last);
      this.window.confirmed(confirm.first, confirm.last);
    }
    const settled = this.compareClocks(confirm);
    if (!this.open && settled) {
      this.open = true;
      this.window.reopen(this.queue.newestId);
      this.options.onState({ up: true, text: 'the ingest confirms' });
    } else if (!settled) this.greet();
    this.flush();
  }

  /** @param {Confirm} confirm @returns {boolean} whether this boot's time is settled */
  compareClocks(confirm) {
    const { queue } = this;
    const receivedMicros = nowMicros();
    if (confirm.sentMicros > receivedMicros) return queue.timeline.knots.length > 0; // of another boot
    let sample = sampleOf({ ...confirm, receivedMicros });
    if (queue.timeline.knots.length === 0) {
      this.samples.push(sample);
      sample = this.samples.reduce((best, other) => (other.errorMicros < best.errorMicros ? other : best));
      if (sample.errorMicros > GOOD_SAMPLE_MICROS && this.samples.length < SAMPLES) return false;
    }
    const timeline = structuredClone(queue.timeline);
    const lesson = learn(timeline, sample, { wallOffsetMicros: wallMicros() - receivedMicros, sentMicros: this.stampedMicros });
    if (lesson === 'agreed' || lesson === 'kept') queue.timelines.set(queue.boot, timeline);
    else {
      prune(timeline, queue.oldestMicros() ?? this.stampedMicros);
      queue.saveTimeline(timeline);
    }
    return true;
  }

  /** Sends as much as the window allows. */
  flush() {
    if (!this.open || !this.connection.up) return;
    for (let range = this.window.next(this.queue.newestId); range; range = this.window.next(this.queue.newestId)) {
      const entries = this.queue.read(range.after, range.upTo, BATCH_ENTRIES);
      const [first, last] = [entries[0], entries.at(-1)];
      if (!first || !last) this.window.empty(range.lane, range.upTo);
      else {
        this.send(entries, first.id, last.id);
        this.window.sent(range.lane, first.id, last.id, nowMicros() / 1000);
      }
    }
  }

  /** @param {import('./queue.cjs').Entry[]} entries @param {number} first @param {number} last */
  send(entries, first, last) {
    const { queue, options } = this;
    const stamped = stampEntries(entries, queue.timelines, options.toleranceMicros);
    for (const { boot, micros } of entries) if (boot === queue.boot) this.stampedMicros = Math.max(this.stampedMicros, micros);
    const sentMicros = nowMicros();
    this.lastSentMicros = sentMicros;
    /** @type {import('./messages.cjs').Batch} */
    const batch = {
      gateway: options.gateway, queue: queue.id, connection: this.connectionId(), sentMicros, first, last, ...stamped, statement: options.describe(),
    };
    this.connection.publish(this.topics.batch, batch);
  }

  /** What time brings: batches to send again, and a sign of life when there is nothing to send. */
  look() {
    if (!this.connection.up) return;
    const nowMs = nowMicros() / 1000;
    if (this.open) {
      for (const { first, last } of this.window.overdue(nowMs)) {
        const entries = this.queue.read(first - 1, last, BATCH_ENTRIES);
        if (entries.length > 0) this.send(entries, first, last);
        else this.window.confirmed(first, last);
      }
      this.flush();
    }
    if (nowMs - this.lastSentMicros / 1000 >= SIGN_OF_LIFE_MS) this.send([], 0, 0);
  }

  async close() {
    clearInterval(this.tick);
    await this.connection.close();
  }
}

module.exports = { Forwarder };
