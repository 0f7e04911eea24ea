// @ts-check
'use strict';
const { stamp } = require('./timeline.cjs');

/**
 * What travels between gateway and ingest, as JSON.
 *
 * @typedef {{ machine: string, boot: string, micros: number, time: number, uncertain: boolean,
 *   n: number, bits: number, uptimeMs: number, state: number, counter: number, alarms: number }} SentReading
 *   Identity is (machine, boot, micros): nothing is read twice in one microsecond of one boot. `time` is in microseconds
 *   since the Unix epoch; `bits` is the float32 as it was on the wire.
 * @typedef {{ machine: string, boot: string, micros: number, from: number, to: number, uncertain: boolean, reason: string }} SentGap
 *   Identity as of the reading that ends it; `from` and `to` in microseconds since the Unix epoch.
 * @typedef {{ gateway: string, queue: string, connection: string, sentMicros: number, first: number, last: number,
 *   readings: SentReading[], gaps: SentGap[], statement: Statement }} Batch
 *   `first`..`last` are ids of the queue; without entries both are 0 and the batch only asks for a sign of life.
 * @typedef {{ queue: string, sentMicros: number, first: number, last: number,
 *   ingestReceivedMicros: number, ingestSentMicros: number }} Confirm
 * @typedef {{ backlog: number, full: boolean, diskError: string | null, machines: Record<string, MachineState>,
 *   clock: { settled: boolean, disputed: boolean, wallOffByMs: number } }} Statement what a gateway says about itself
 * @typedef {{ live: boolean, lastTime: number | null, trouble: string | null }} MachineState `lastTime` as `time` above
 */

/** @param {string} gateway */
const topicsOf = (gateway) => ({
  batch: `resilient/batch/${gateway}`,
  confirm: `resilient/confirm/${gateway}`,
  gone: `resilient/gone/${gateway}`,
});

/** What an ingest says when it comes up: send again what you have. */
const HELLO_TOPIC = 'resilient/hello';

/** What an ingest listens to. */
const INGEST_TOPICS = ['resilient/batch/+', 'resilient/gone/+'];

/**
 * Puts stamps on entries of the queue, as well as they are known now.
 * @param {import('./queue.cjs').Entry[]} entries
 * @param {Map<string, import('./timeline.cjs').Timeline>} timelines by boot
 * @param {number} toleranceMicros stamps that may be further off are marked
 */
function stampEntries(entries, timelines, toleranceMicros) {
  const stampOf = (/** @type {string} */ boot, /** @type {number} */ micros, /** @type {number} */ errorMicros) => {
    const timeline = timelines.get(boot);
    if (!timeline) throw new Error(`the queue knows no boot ${boot}`);
    return stamp(timeline, { micros, errorMicros }, toleranceMicros);
  };
  /** @type {SentReading[]} */
  const readings = [];
  /** @type {SentGap[]} */
  const gaps = [];
  for (const { kind, machine, boot, micros, errorMicros, body } of entries) {
    const end = stampOf(boot, micros, errorMicros);
    if (kind === 'reading') readings.push({ machine, boot, micros, time: end.stampMicros, uncertain: end.uncertain, ...body });
    else {
      const start = stampOf(body.fromBoot, body.fromMicros, body.fromErrorMicros);
      const uncertain = start.uncertain || end.uncertain;
      gaps.push({ machine, boot, micros, from: start.stampMicros, to: end.stampMicros, uncertain, reason: body.reason });
    }
  }
  return { readings, gaps };
}

const isObject = (/** @type {unknown} */ value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** @param {Buffer} payload @returns {any} undefined where it is not a JSON object */
function parse(payload) {
  try {
    const value = JSON.parse(payload.toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const count = (/** @type {unknown} */ value) => Number.isSafeInteger(value) && /** @type {number} */ (value) >= 0;
const text = (/** @type {unknown} */ value) => typeof value === 'string' && value.length > 0;

/** @param {Buffer} payload @returns {Batch | undefined} undefined where it is none; its rows are still to be checked */
function parseBatch(payload) {
  const it = parse(payload);
  const fits = it && text(it.gateway) && text(it.queue) && text(it.connection) && count(it.sentMicros) && count(it.first)
    && count(it.last) && Array.isArray(it.readings) && Array.isArray(it.gaps) && isObject(it.statement)
    && count(it.statement.backlog) && isObject(it.statement.machines) && isObject(it.statement.clock);
  return fits ? it : undefined;
}

/** The last will of a gateway. @param {Buffer} payload @returns {{ gateway: string, connection: string } | undefined} */
function parseGone(payload) {
  const it = parse(payload);
  return it && text(it.gateway) && text(it.connection) ? it : undefined;
}

/** @param {Buffer} payload @returns {Confirm | undefined} */
function parseConfirm(payload) {
  const it = parse(payload);
  const numbers = ['sentMicros', 'first', 'last', 'ingestReceivedMicros', 'ingestSentMicros'];
  return it && text(it.queue) && numbers.every((key) => count(it[key])) ? it : undefined;
}

/** @param {any} it */
const isReading = (it) => isObject(it) && text(it.machine) && text(it.boot)
  && ['micros', 'time', 'n', 'bits', 'uptimeMs', 'state', 'counter', 'alarms'].every((key) => count(it[key]));

/** @param {any} it */
const isGap = (it) => isObject(it) && text(it.machine) && text(it.boot)
  && ['micros', 'from', 'to'].every((key) => count(it[key]));

module.exports = { topicsOf, HELLO_TOPIC, INGEST_TOPICS, stampEntries, parseBatch, parseGone, parseConfirm, isReading, isGap };
