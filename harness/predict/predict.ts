import { runModel, type ModelRun } from '../../simulator/model/model.ts';
import type { Parameters } from '../../simulator/model/parameters.ts';
import { allProtections } from '../../simulator/model/protections.ts';
import { asOneMachine } from './as-one-machine.ts';
import type { Prediction, Question } from './prediction.ts';
import { Tally } from './tally.ts';

const POINTS = 600;
const BASELINE_MS = 10_000;
/** The model begins its baseline at 2 s. */
const OUTAGE_FROM_MICROS = (2000 + BASELINE_MS) * 1000;
const CONNECT_MS = 1000;
const SETTLE_MS = 10_000;
/** From here on seconds are fine enough. */
const LONG_OUTAGE_MS = 600_000;
/** Rounds of readings in an outage that the model goes through: seconds of computing, and a few hundred megabytes. */
const MOST_ROUNDS = 500_000;
/** A drain that takes longer, and longer than the outage did, is reckoned from there on: it goes at its rate. */
const FOLLOWED_ROUNDS = 100_000;

export interface PredictOptions {
  /** Called now and then with the part that is done, from 0 to 1. */
  progress?: (done: number) => void;
  /** Each machine by itself, as in any other run of the model: the same answer, for as much more work as there are machines. */
  eachMachine?: boolean;
}

/** What an outage of the uplink would do to a pipeline of these numbers: the model lives through it, in virtual time. */
export function predict({ name, parameters: asked, outageMs }: Question, { progress, eachMachine = false }: PredictOptions = {}): Prediction {
  const parameters = inRounds(asked, outageMs);
  const toMicros = OUTAGE_FROM_MICROS + outageMs * 1000;
  const followedMs = Number.isFinite(parameters.timeToLiveMs) ? Infinity : Math.max(outageMs, FOLLOWED_ROUNDS * parameters.periodMs);
  const drainMs = Math.min(drainBoundMs(parameters, outageMs), expiryBoundMs(parameters, outageMs), followedMs);
  const endMicros = toMicros + (SETTLE_MS + drainMs) * 1000;
  const tally = new Tally(parameters, { fromMicros: OUTAGE_FROM_MICROS, toMicros }, (atMicros) => progress?.(Math.min(1, atMicros / endMicros)));
  const run: ModelRun = {
    plan: [{ id: 'outage', family: 'link', kind: 'blackhole', target: 'uplink', params: {}, atMs: 0, forMs: outageMs }],
    parameters: unwatched(parameters, outageMs),
    protect: allProtections(),
    course: { baselineMs: BASELINE_MS, settleMs: SETTLE_MS, drainMs, quietDrain: false },
    seed: 1,
  };
  const { outbox } = (eachMachine ? runModel(run, tally) : asOneMachine(run, tally)).world.gateway;
  const leftReadings = outbox.readings * (eachMachine ? 1 : parameters.machines);
  const waitingFromN = tally.madeInOutage(outbox.oldestReadings()?.batch.n[0]);
  const drainedAtMicros = waitingFromN === undefined ? tally.lastBacklogSeenMicros : endMicros + (leftReadings / parameters.drainReadingsPerSecond) * 1e6;
  const relative = (atMicros: number) => (Number.isFinite(atMicros) ? Math.round((atMicros - OUTAGE_FROM_MICROS) / 1000) : null);
  const afterHeal = (atMicros: number) => (Number.isFinite(atMicros) ? Math.round((atMicros - toMicros) / 1000) : null);
  const fullAt = tally.series.held.findIndex((held) => held + parameters.machines > parameters.bufferReadings);
  const mostReadings = tally.series.held.reduce((most, held) => Math.max(most, held), 0);
  const neededReadings = neededFor(parameters, outageMs);
  return {
    name,
    outageMs,
    assumptions: {
      machines: asked.machines, periodMs: asked.periodMs, readingBytes: parameters.readingBytes, bufferReadings: Number.isFinite(parameters.bufferReadings) ? parameters.bufferReadings : null,
      whenFull: parameters.whenFull, timeToLiveMs: Number.isFinite(parameters.timeToLiveMs) ? parameters.timeToLiveMs : null,
      drainReadingsPerSecond: parameters.drainReadingsPerSecond, keepAliveMs: parameters.keepAliveMs,
    },
    method: { roundMs: parameters.periodMs, reckonedFromMs: waitingFromN === undefined ? null : relative(endMicros) },
    readingsPerSecond: (parameters.machines * 1000) / parameters.periodMs,
    missing: missing(tally, parameters, toMicros, relative, waitingFromN),
    buffer: {
      fullAfterMs: fullAt < 0 ? null : relative(tally.series.atMicros[fullAt]!),
      mostReadings, mostBytes: mostReadings * parameters.readingBytes,
      neededReadings, neededBytes: neededReadings * parameters.readingBytes,
    },
    recovery: { liveAfterMs: afterHeal(tally.firstLiveSeenMicros), drainedAfterMs: afterHeal(drainedAtMicros) },
    series: thinned(tally.series, relative),
  };
}

/**
 * In a long outage, the same stream of readings in rounds of a second or more: k times the machines, each read k times as
 * seldom. What a round costs the model does not depend on how much is in it, and a second more or less is nothing in an
 * outage of hours.
 */
function inRounds(parameters: Parameters, outageMs: number): Parameters {
  if (outageMs < LONG_OUTAGE_MS) return parameters;
  const { machines, periodMs, gapAfterMs, timeToLiveMs, statusEveryMs, retryMaxMs } = parameters;
  // With a time to live the end of a drain cannot be reckoned: it has to be seen what expires until then.
  const expiresMs = Number.isFinite(timeToLiveMs) ? Math.min(drainBoundMs(parameters, outageMs), expiryBoundMs(parameters, outageMs)) : 0;
  const roundMs = Math.max(1000, outageMs / MOST_ROUNDS, expiresMs / MOST_ROUNDS);
  const times = Math.max(1, Math.floor(roundMs / periodMs));
  return {
    ...parameters,
    machines: machines * times,
    periodMs: periodMs * times,
    gapAfterMs: gapAfterMs * times,
    statusEveryMs: Math.max(statusEveryMs, roundMs / 2),
    retryMaxMs: Math.max(retryMaxMs, roundMs),
  };
}

/** What is made until the backlog begins to go: in the outage, and until the gateway has noticed its end and is connected. */
export function neededFor({ machines, periodMs, keepAliveMs, retryMaxMs }: Parameters, outageMs: number): number {
  return Math.ceil((machines * (outageMs + keepAliveMs + retryMaxMs + CONNECT_MS)) / periodMs) + machines;
}

/** A long run is not looked at every second. */
function unwatched(parameters: Parameters, outageMs: number): Parameters {
  return { ...parameters, recordsCycles: false, alarmEveryMs: 0, manualEveryMs: 0, healthLookMs: Math.max(100, Math.round(outageMs / (2 * POINTS))) };
}

function drainBoundMs({ machines, periodMs, drainReadingsPerSecond }: Parameters, outageMs: number): number {
  return 60_000 + (2 * outageMs * machines * 1000) / periodMs / drainReadingsPerSecond;
}

/** By then nothing of the outage is left that has not expired. */
function expiryBoundMs({ timeToLiveMs, periodMs }: Parameters, outageMs: number): number {
  return 60_000 + outageMs + timeToLiveMs + periodMs;
}

/** Lost readings, and those that were never made because the gateway had no room for them. */
function missing(tally: Tally, { machines, periodMs }: Parameters, outageToMicros: number, relative: (atMicros: number) => number | null, waitingFromN?: number): Prediction['missing'] {
  const lost = tally.lost(waitingFromN);
  if (lost.readings > 0) {
    const end = lost.fromMicros - OUTAGE_FROM_MICROS < outageToMicros - lost.toMicros ? 'oldest' : 'newest';
    return { readings: lost.readings, end, fromMs: relative(lost.fromMicros), toMs: relative(lost.toMicros) };
  }
  const unread = tally.gaps.filter(({ reason }) => reason === 'not read');
  if (unread.length === 0) return { readings: 0, end: 'none', fromMs: null, toMs: null };
  const unreadMicros = unread.reduce((sum, { fromMicros, toMicros }) => sum + toMicros - fromMicros, 0);
  const readings = Math.max(0, Math.round((unreadMicros / 1000 / periodMs - unread.length) * machines));
  return { readings, end: 'newest', fromMs: relative(Math.min(...unread.map((gap) => gap.fromMicros))), toMs: relative(Math.max(...unread.map((gap) => gap.toMicros))) };
}

function thinned({ atMicros, held }: Tally['series'], relative: (atMicros: number) => number | null): Prediction['series'] {
  const every = Math.max(1, Math.ceil(atMicros.length / POINTS));
  const kept = [...atMicros.keys()].filter((i) => i % every === 0 || i === atMicros.length - 1);
  return { atMs: kept.map((i) => relative(atMicros[i]!)!), heldReadings: kept.map((i) => held[i]!) };
}
