// @ts-check
'use strict';

/**
 * @typedef {'live' | 'backlog'} LaneName
 * @typedef {{ after: number, upTo: number, inFlight: number, limit: number }} Lane entries `after < id <= upTo` are still to be sent
 * @typedef {{ lane: LaneName, first: number, last: number, tries: number, againAtMs: number }} Flight a batch on its way
 */

const MAX_WAIT_MS = 30_000;

/**
 * Decides what is sent next, and what is sent again. What had piled up when the connection came about is the backlog,
 * what came after is live; each has its own share of the window, so neither starves the other.
 */
class Window {
  /** @param {{ liveBatches?: number, backlogBatches?: number, confirmWithinMs: number }} options */
  constructor({ liveBatches = 2, backlogBatches = 4, confirmWithinMs }) {
    this.confirmWithinMs = confirmWithinMs;
    /** @type {Record<LaneName, Lane>} */
    this.lanes = {
      live: { after: 0, upTo: Infinity, inFlight: 0, limit: liveBatches },
      backlog: { after: 0, upTo: 0, inFlight: 0, limit: backlogBatches },
    };
    /** @type {Map<number, Flight>} by their first id */
    this.flights = new Map();
  }

  /** A new start: nothing that was on its way can be counted on. @param {number} newestId */
  reopen(newestId) {
    this.flights.clear();
    Object.assign(this.lanes.live, { after: newestId, inFlight: 0 });
    Object.assign(this.lanes.backlog, { after: 0, upTo: newestId, inFlight: 0 });
  }

  /**
   * The range from which the next batch should be taken, or undefined while there is nothing to send or no room.
   * @param {number} newestId
   * @returns {{ lane: LaneName, after: number, upTo: number } | undefined}
   */
  next(newestId) {
    for (const name of /** @type {LaneName[]} */ (['live', 'backlog'])) {
      const lane = this.lanes[name];
      const upTo = Math.min(lane.upTo, newestId);
      if (lane.inFlight < lane.limit && lane.after < upTo) return { lane: name, after: lane.after, upTo };
    }
    return undefined;
  }

  /** Nothing is left in the range that `next` gave. @param {LaneName} lane @param {number} upTo */
  empty(lane, upTo) {
    this.lanes[lane].after = upTo;
  }

  /** @param {LaneName} lane @param {number} first @param {number} last @param {number} nowMs */
  sent(lane, first, last, nowMs) {
    this.flights.set(first, { lane, first, last, tries: 1, againAtMs: nowMs + this.confirmWithinMs });
    this.lanes[lane].after = last;
    this.lanes[lane].inFlight += 1;
  }

  /** @param {number} first @param {number} last */
  confirmed(first, last) {
    const flight = this.flights.get(first);
    if (!flight || flight.last !== last) return; // from before a new start; its entries are gone all the same
    this.flights.delete(first);
    this.lanes[flight.lane].inFlight -= 1;
  }

  /** Batches to send again now, each waiting twice as long as the time before. @param {number} nowMs @returns {Flight[]} */
  overdue(nowMs) {
    const late = [...this.flights.values()].filter((flight) => flight.againAtMs <= nowMs);
    for (const flight of late) {
      flight.againAtMs = nowMs + Math.min(MAX_WAIT_MS, this.confirmWithinMs * 2 ** flight.tries);
      flight.tries += 1;
    }
    return late;
  }
}

module.exports = { Window };
