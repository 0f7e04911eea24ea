// @ts-check
'use strict';

/**
 * A timeline maps the monotonic clock of one boot to true time. Plain data, so that it can be stored with the queue.
 *
 * Three clocks have a say: this machine's monotonic clock, its wall clock, and the ingest's clock, which every
 * confirmation carries. The monotonic clock never steps, so no sudden step of another clock is believed against it,
 * unless both others agree on it (then this machine slept, and its monotonic clock stood still). What the ingest's
 * clock says within the limits of drift is followed, so slowly that no two readings ever change places.
 *
 * @typedef {{ micros: number, offsetMicros: number, errorMicros: number }} Knot
 *   At this monotonic instant true time was `micros + offsetMicros`, give or take `errorMicros`.
 * @typedef {object} Timeline
 * @property {number} wallOffsetMicros what the wall clock said when this boot was first seen: all there is until a first check
 * @property {Knot[]} knots checks against the ingest's clock, in time order; true time in between is interpolated
 * @property {number} checkedMicros when another clock last agreed
 * @property {{ fromMicros: number, toMicros: number | null }[]} doubts when the clocks contradicted each other; null: they still do
 *
 * @typedef {{ micros: number, offsetMicros: number, errorMicros: number }} Sample one comparison with the ingest's clock
 * @typedef {'settled' | 'adjusted' | 'agreed' | 'kept' | 'disputed' | 'stepped'} Lesson
 */

/** How far true time may part from an old check, as a share of the time since. */
const DRIFT = 20e-6;
/** A quartz that runs this wrong is broken; more than this is a step. */
const WORST_DRIFT = 200e-6;
/** A correction moves stamps by at most this share, so that stamps in order stay in order. */
const SLEW = 0.01;
/** Clocks this close to each other agree. */
const AGREEMENT_MICROS = 1_000_000;
/** A new check replaces what is known if it is twice as good, or better at all and this much later. */
const RENEW_MICROS = 60_000_000;

/** @param {number} wallOffsetMicros @returns {Timeline} */
const newTimeline = (wallOffsetMicros) => ({ wallOffsetMicros, knots: [], checkedMicros: 0, doubts: [] });

/**
 * What one round trip to the ingest says about the clocks: the offset if both ways took equally long, and at most half
 * of the round trip wrong.
 * @param {{ sentMicros: number, ingestReceivedMicros: number, ingestSentMicros: number, receivedMicros: number }} trip
 * @returns {Sample}
 */
function sampleOf({ sentMicros, ingestReceivedMicros, ingestSentMicros, receivedMicros }) {
  const there = ingestReceivedMicros - sentMicros;
  const back = ingestSentMicros - receivedMicros;
  const travelMicros = receivedMicros - sentMicros - (ingestSentMicros - ingestReceivedMicros);
  return { micros: receivedMicros, offsetMicros: Math.round((there + back) / 2), errorMicros: Math.ceil(Math.abs(travelMicros) / 2) };
}

/** @param {Timeline} timeline @param {number} micros @returns {Knot} true time at this instant, interpolated */
function at({ knots, wallOffsetMicros }, micros) {
  const after = knots.findIndex((knot) => knot.micros > micros);
  const left = knots.at(after === -1 ? -1 : Math.max(after - 1, 0));
  if (!left) return { micros, offsetMicros: wallOffsetMicros, errorMicros: Infinity };
  const right = after > 0 ? /** @type {Knot} */ (knots[after]) : left;
  const share = right === left ? 0 : (micros - left.micros) / (right.micros - left.micros);
  const errorAway = (/** @type {Knot} */ knot) => knot.errorMicros + Math.abs(micros - knot.micros) * DRIFT;
  return {
    micros,
    offsetMicros: Math.round(left.offsetMicros + share * (right.offsetMicros - left.offsetMicros)),
    errorMicros: Math.ceil(Math.min(errorAway(left), errorAway(right))),
  };
}

/**
 * The true time of a monotonic instant, and whether it may be wrong by more than the tolerance.
 * @param {Timeline} timeline
 * @param {{ micros: number, errorMicros: number }} instant
 * @param {number} toleranceMicros
 */
function stamp(timeline, { micros, errorMicros }, toleranceMicros) {
  const knot = at(timeline, micros);
  const doubted = timeline.doubts.some((doubt) => micros >= doubt.fromMicros && micros <= (doubt.toMicros ?? Infinity));
  return {
    stampMicros: Math.round(micros + knot.offsetMicros),
    uncertain: doubted || errorMicros + knot.errorMicros > toleranceMicros,
  };
}

/**
 * Learns from one comparison with the ingest's clock; changes the timeline in place.
 * @param {Timeline} timeline
 * @param {Sample} sample
 * @param {{ wallOffsetMicros: number, sentMicros: number }} context what the wall clock says now, and up to which
 *   instant readings have been stamped and sent already: what was said stays said
 * @returns {Lesson}
 */
function learn(timeline, sample, { wallOffsetMicros, sentMicros }) {
  const { knots } = timeline;
  if (knots.length === 0) {
    knots.push({ ...sample });
    timeline.checkedMicros = sample.micros;
    return 'settled';
  }
  if (sample.errorMicros > AGREEMENT_MICROS / 2) return 'kept'; // it took so long that it says nothing
  const now = at(timeline, sample.micros);
  const apart = sample.offsetMicros - now.offsetMicros;
  const agrees = (/** @type {number} */ offset) => Math.abs(wallOffsetMicros - offset) < AGREEMENT_MICROS;
  const explained = sample.errorMicros + now.errorMicros + 50_000 + (sample.micros - timeline.checkedMicros) * WORST_DRIFT;
  if (Math.abs(apart) > explained) {
    if (agrees(now.offsetMicros)) return 'kept'; // the ingest's clock is alone
    const slept = apart > 0 && agrees(sample.offsetMicros);
    if (!slept && timeline.doubts.some((doubt) => doubt.toMicros === null)) return 'kept'; // as disputed as before
    dispute(timeline, slept ? sample.micros : null);
    if (!slept) return 'disputed';
    knots.push({ ...now, micros: sample.micros - 1 }, { ...sample });
    timeline.checkedMicros = sample.micros;
    return 'stepped';
  }
  timeline.checkedMicros = sample.micros;
  timeline.doubts = timeline.doubts.filter((doubt) => doubt.toMicros !== null);
  const age = sample.micros - /** @type {Knot} */ (knots.at(-1)).micros;
  if (sample.errorMicros > now.errorMicros * (age > RENEW_MICROS ? 1 : 0.5)) return 'agreed';
  adjust(timeline, sample, Math.max(sentMicros, /** @type {Knot} */ (knots[0]).micros));
  return 'adjusted';
}

/** Everything since the clocks last agreed may be wrong. @param {Timeline} timeline @param {number | null} toMicros */
function dispute(timeline, toMicros) {
  timeline.doubts = timeline.doubts.filter((doubt) => doubt.toMicros !== null);
  timeline.doubts.push({ fromMicros: timeline.checkedMicros, toMicros });
}

/** Bends the line after `fixedMicros` so that it meets the sample. @param {Timeline} timeline @param {Sample} sample @param {number} fixedMicros */
function adjust(timeline, sample, fixedMicros) {
  const fixed = at(timeline, fixedMicros);
  const apart = Math.abs(sample.offsetMicros - fixed.offsetMicros);
  timeline.knots = timeline.knots.filter((knot) => knot.micros < fixedMicros);
  timeline.knots.push(fixed, { ...sample, micros: Math.max(sample.micros, fixedMicros + Math.ceil(apart / SLEW)) });
}

/** Forgets checks that no reading from `oldestMicros` on needs. @param {Timeline} timeline @param {number} oldestMicros */
function prune(timeline, oldestMicros) {
  while ((timeline.knots[1]?.micros ?? Infinity) <= oldestMicros) timeline.knots.shift();
  timeline.doubts = timeline.doubts.filter((doubt) => (doubt.toMicros ?? Infinity) >= oldestMicros);
}

module.exports = { newTimeline, sampleOf, stamp, learn, prune };
