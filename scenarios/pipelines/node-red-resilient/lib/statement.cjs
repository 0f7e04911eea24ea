// @ts-check
'use strict';
const { stamp } = require('./timeline.cjs');

/** A machine is called live until this long after its last committed reading. */
const LIVE_WITHIN_MICROS = 1_000_000;

/**
 * What a gateway says about itself with every batch.
 * @param {InstanceType<typeof import('./queue.cjs').DurableQueue>} queue
 * @param {{ troubles: Record<string, string | null>, diskError: string | null, nowMicros: number, wallMicros: number }} now
 * @returns {import('./messages.cjs').Statement}
 */
function describe(queue, { troubles, diskError, nowMicros, wallMicros }) {
  /** @type {import('./messages.cjs').Statement['machines']} */
  const machines = {};
  for (const machine of Object.keys(troubles)) {
    const last = queue.last.get(machine);
    const timeline = last && queue.timelines.get(last.boot);
    machines[machine] = {
      live: last !== undefined && last.boot === queue.boot && nowMicros - last.atMicros < LIVE_WITHIN_MICROS,
      lastTime: last && timeline ? stamp(timeline, { micros: last.atMicros, errorMicros: 0 }, 0).stampMicros : null,
      trouble: troubles[machine] ?? null,
    };
  }
  const { knots, doubts } = queue.timeline;
  const here = stamp(queue.timeline, { micros: nowMicros, errorMicros: 0 }, 0).stampMicros;
  const clock = {
    settled: knots.length > 0,
    disputed: doubts.some((doubt) => doubt.toMicros === null),
    wallOffByMs: Math.round((wallMicros - here) / 1000),
  };
  return { backlog: queue.size, full: queue.full, diskError, machines, clock };
}

module.exports = { describe };
