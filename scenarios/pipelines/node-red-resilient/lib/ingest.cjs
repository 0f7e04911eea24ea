// @ts-check
'use strict';
const { nowMicros, wallMicros } = require('./clock.cjs');
const { diagnose, LIVE_WITHIN_MS } = require('./diagnosis.cjs');
const { parseBatch } = require('./messages.cjs');

/** A broker that goes down in order speaks its last words within this time. */
const LAST_WORDS_MS = 1000;

/**
 * The ingest: commits what gateways send, says so only then, and knows how they are.
 */
class Ingest {
  /** @param {InstanceType<typeof import('./store.cjs').Store>} store */
  constructor(store) {
    this.store = store;
    /** @type {() => import('./diagnosis.cjs').BrokerNews} */
    this.askBroker = () => ({ up: false, why: 'not connected yet', silentMs: 0 });
    /** @type {() => import('./time-check.cjs').ClockNews | null} */
    this.askClock = () => null;
    /** @type {string | null} */
    this.storeError = null;
    /** @type {Record<string, import('./diagnosis.cjs').GatewayNews & { connection: string }>} */
    this.gateways = {};
    /** @type {Record<string, import('./diagnosis.cjs').Newest>} */
    this.newest = store.newest(nowMicros() / 1000);
  }

  /**
   * Commits one batch.
   * @param {Buffer} payload
   * @param {number} receivedMicros when it arrived, by this machine's wall clock
   * @returns {{ gateway: string, confirm: import('./messages.cjs').Confirm } | undefined} undefined where the payload
   *   is no batch: it is set aside, for it will not become one by being sent again
   * @throws where the disk refuses: then nothing is confirmed, and the gateway sends it again
   */
  take(payload, receivedMicros) {
    try {
      const batch = parseBatch(payload);
      if (!batch) {
        this.store.setAside('no batch', payload.toString(), wallMicros());
        return undefined;
      }
      const readings = this.store.commit(batch, receivedMicros);
      if (batch.first > 0) this.storeError = null;
      this.note({ ...batch, readings });
      const { queue, sentMicros, first, last } = batch;
      const confirm = { queue, sentMicros, first, last, ingestReceivedMicros: receivedMicros, ingestSentMicros: wallMicros() };
      return { gateway: batch.gateway, confirm };
    } catch (error) {
      this.storeError = /** @type {Error} */ (error).message;
      throw error;
    }
  }

  /** @param {import('./messages.cjs').Batch} batch */
  note({ gateway, connection, readings, statement }) {
    const nowMs = nowMicros() / 1000;
    this.gateways[gateway] = { heardAtMs: nowMs, goneAtMs: null, connection, statement };
    for (const { machine, time } of readings) {
      const last = this.newest[machine];
      if (last && time <= last.time) continue; // from the backlog
      const unbroken = last && nowMs - last.arrivedAtMs < LIVE_WITHIN_MS;
      this.newest[machine] = { time, arrivedAtMs: nowMs, sinceTime: unbroken ? last.sinceTime : time };
    }
  }

  /**
   * The broker says that a connection of a gateway broke. What is read after it was lost are last words, as in `lostBroker`.
   * @param {string} gateway @param {string} connection
   */
  gone(gateway, connection) {
    const news = this.gateways[gateway];
    if (news?.connection === connection && this.askBroker().up) news.goneAtMs = nowMicros() / 1000;
  }

  /**
   * This platform has lost its broker. One that goes down in order tells those who are still there the wills of those
   * whom it has just dropped: such last words are no news of the gateways.
   */
  lostBroker() {
    const nowMs = nowMicros() / 1000;
    for (const news of Object.values(this.gateways)) {
      if (news.goneAtMs !== null && nowMs - news.goneAtMs < LAST_WORDS_MS) news.goneAtMs = null;
    }
  }

  /** @returns {import('./diagnosis.cjs').Health & { recentGaps: object[], rejected: number, now: number }} */
  health() {
    const { storeError, gateways, newest } = this;
    return {
      ...diagnose({ nowMs: nowMicros() / 1000, broker: this.askBroker(), storeError, clock: this.askClock(), gateways, newest }),
      now: wallMicros(),
      recentGaps: this.store.lastGaps(20),
      rejected: this.store.rejectedCount(),
    };
  }
}

module.exports = { Ingest };
