// @ts-check
'use strict';

/**
 * @typedef {{ heardAtMs: number, goneAtMs: number | null, statement: import('./messages.cjs').Statement }} GatewayNews
 *   When the ingest last heard of a gateway, by its own monotonic clock, and when the broker said that its connection broke.
 * @typedef {{ time: number, arrivedAtMs: number, sinceTime: number }} Newest the latest reading of a machine, when it came,
 *   by that same clock, and since when they have come without a break
 * @typedef {{ up: boolean, why: string, silentMs: number }} BrokerNews how long nothing was heard of the broker itself
 * @typedef {{ nowMs: number, broker: BrokerNews, storeError: string | null, clock: import('./time-check.cjs').ClockNews | null,
 *   gateways: Record<string, GatewayNews>, newest: Record<string, Newest> }} Situation
 * @typedef {'device' | 'network' | 'gateway' | 'platform'} Layer
 * @typedef {{ status: 'ok' | 'degraded' | 'failed', layer: Layer | null, summary: string, backlog: number | null,
 *   secondsSinceLive: number | null, gateways: Record<string, { heardSecondsAgo: number, backlog: number }>,
 *   machines: MachineNews[],
 *   openGaps: { device: string, from: number, reason: string }[], clocksInDoubt: boolean,
 *   clock: import('./time-check.cjs').ClockNews | null }} Health
 *   `clock`: this platform's own, null where it has no time server to compare it with.
 *   `backlog` is null while nobody can know it. An open gap is one that a gateway has reported and that goes on.
 * @typedef {{ device: string, state: 'live' | 'silent' | 'unknown', since: number | null, trouble: string | null }} MachineNews
 *   Silent: the gateway cannot read it. Unknown: nothing is heard of its gateway, which may well read it. `since` is when
 *   it went live, or its last reading if it is not.
 */

/** A gateway gives a sign of life twice a second. */
const SILENT_AFTER_MS = 1500;
/** A broker that lives answers within a second. */
const BROKER_SILENT_AFTER_MS = 1200;
/** The will of a gateway that comes this soon after its last word means that its connection was closed, not that it fell silent. */
const CLOSED_WITHIN_MS = 1500;
/** A machine of which nothing new came for this long is not live. */
const LIVE_WITHIN_MS = 2000;
/** This many readings are on their way at any time. */
const USUAL_BACKLOG = 40;

/** What is the matter, in words that a supervisor understands. @param {Situation} situation @returns {Health} */
function diagnose(situation) {
  const { nowMs, gateways, newest } = situation;
  const names = Object.keys(gateways).toSorted();
  const silent = names.filter((name) => nowMs - news(gateways, name).heardAtMs > SILENT_AFTER_MS);
  const machines = machinesOf(situation, situation.broker.up ? silent : names);
  const openGaps = machines.filter((it) => it.state === 'silent' && it.since !== null).map((it) => (
    { device: it.device, from: /** @type {number} */ (it.since), reason: it.trouble ?? 'not read yet' }));
  const latestMs = Math.max(...Object.values(newest).map((it) => it.arrivedAtMs));
  return {
    ...verdict(situation, names, silent, machines),
    backlog: names.length === 0 || silent.length > 0 || !situation.broker.up
      ? null : names.reduce((sum, name) => sum + news(gateways, name).statement.backlog, 0),
    secondsSinceLive: Number.isFinite(latestMs) ? (nowMs - latestMs) / 1000 : null,
    gateways: Object.fromEntries(names.map((name) => {
      const { heardAtMs, statement } = news(gateways, name);
      return [name, { heardSecondsAgo: (nowMs - heardAtMs) / 1000, backlog: statement.backlog }];
    })),
    machines,
    openGaps,
    clocksInDoubt: names.some((name) => news(gateways, name).statement.clock?.disputed),
    clock: situation.clock,
  };
}

/** @param {Situation['gateways']} gateways @param {string} name @returns {GatewayNews} */
const news = (gateways, name) => /** @type {GatewayNews} */ (gateways[name]);

/** @param {Situation} situation @param {string[]} unheard gateways @returns {MachineNews[]} */
function machinesOf({ nowMs, gateways, newest }, unheard) {
  /** @type {Record<string, import('./messages.cjs').MachineState & { heard: boolean }>} */
  const said = {};
  for (const [name, { statement }] of Object.entries(gateways)) {
    for (const [device, state] of Object.entries(statement.machines)) said[device] = { ...state, heard: !unheard.includes(name) };
  }
  const devices = [...new Set([...Object.keys(said), ...Object.keys(newest)])].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return devices.map((device) => {
    const last = newest[device];
    const live = last !== undefined && nowMs - last.arrivedAtMs < LIVE_WITHIN_MS && said[device]?.live !== false;
    const since = (live ? last?.sinceTime : last?.time ?? said[device]?.lastTime) ?? null;
    return { device, state: live ? 'live' : said[device]?.heard ? 'silent' : 'unknown', since, trouble: said[device]?.trouble ?? null };
  });
}

/** @param {Layer} layer @param {string} summary */
const failed = (layer, summary) => ({ status: /** @type {const} */ ('failed'), layer, summary });
/** @param {Layer | null} layer @param {string} summary */
const degraded = (layer, summary) => ({ status: /** @type {const} */ ('degraded'), layer, summary });

/**
 * @param {Situation} situation @param {string[]} names @param {string[]} silent @param {Health['machines']} machines
 * @returns {Pick<Health, 'status' | 'layer' | 'summary'>}
 */
function verdict({ nowMs, broker, storeError, gateways, clock }, names, silent, machines) {
  if (storeError) return failed('platform', `Readings cannot be stored here: ${storeError}. The gateways keep them.`);
  if (!broker.up) return failed('platform', `This platform has lost its broker (${broker.why}). The gateways keep what they read.`);
  if (silent.length > 0 && broker.silentMs > BROKER_SILENT_AFTER_MS) {
    return failed('platform', 'This platform hears nothing of its broker. The gateways keep what they read.');
  }
  if (names.length === 0) return failed('network', 'No gateway has reported since this platform was started.');
  for (const name of silent) {
    const { heardAtMs, goneAtMs } = news(gateways, name);
    const seconds = Math.round((nowMs - heardAtMs) / 1000);
    if (goneAtMs !== null && goneAtMs - heardAtMs < CLOSED_WITHIN_MS) {
      return failed('gateway', `Gateway ${name} hung up ${seconds} s ago: it went down, or its line was cut. What it had read is safe on its disk.`);
    }
    return failed('network', `Nothing was heard of gateway ${name} for ${seconds} s: the connection to the plant is broken. The gateway keeps what it reads.`);
  }
  for (const name of names) {
    const { statement } = news(gateways, name);
    if (statement.diskError) return failed('gateway', `Gateway ${name} cannot write to its disk: ${statement.diskError}.`);
    if (statement.full) return failed('gateway', `The queue of gateway ${name} is full: it has stopped reading.`);
  }
  const backlog = names.reduce((sum, name) => sum + news(gateways, name).statement.backlog, 0);
  const unreadable = machines.filter((it) => it.state === 'silent' && it.trouble !== null);
  if (unreadable.length > 0) {
    const text = `Cannot be read: ${unreadable.map((it) => `${it.device} (${it.trouble})`).join(', ')}. The gateway and the network are fine.`;
    return unreadable.length === machines.length ? failed('device', text) : degraded('device', text);
  }
  if (backlog > USUAL_BACKLOG) return degraded(null, `Catching up: ${backlog} readings from an outage are on their way.`);
  if (names.some((name) => news(gateways, name).statement.clock?.disputed)) {
    return degraded('platform', 'The clocks of platform and gateway contradict each other; times are marked as uncertain.');
  }
  if (clock?.state === 'in doubt') {
    // No layer has failed for sure: the server may be the one that is wrong.
    const apart = `${(Math.abs(Number(clock.offByMs)) / 1000).toFixed(1)} s ${Number(clock.offByMs) > 0 ? 'ahead of' : 'behind'}`;
    return degraded(null, `The clock of this platform is in doubt: it is ${apart} the time server's. One of them is wrong; times of readings do not follow the server.`);
  }
  const awaited = machines.filter((it) => it.state !== 'live');
  if (awaited.length > 0) return degraded(null, `Waiting for ${awaited.map((it) => it.device).join(', ')}.`);
  return { status: 'ok', layer: null, summary: `All ${machines.length} machines are live.` };
}

module.exports = { diagnose, LIVE_WITHIN_MS };
