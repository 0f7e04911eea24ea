import { runModel } from '../../simulator/model/model.ts';
import type { Parameters } from '../../simulator/model/parameters.ts';
import { allProtections } from '../../simulator/model/protections.ts';
import type { Prediction, Question } from './prediction.ts';
import { Tally } from './tally.ts';

const POINTS = 600;
const BASELINE_MS = 10_000;
/** The model begins its baseline at 2 s. */
const OUTAGE_FROM_MICROS = (2000 + BASELINE_MS) * 1000;
const CONNECT_MS = 1000;
/** From here on seconds are fine enough. */
const LONG_OUTAGE_MS = 600_000;

/** What an outage of the uplink would do to a pipeline of these numbers: the model lives through it, in virtual time. */
export function predict({ name, parameters: asked, outageMs }: Question): Prediction {
  const parameters = outageMs >= LONG_OUTAGE_MS ? bySeconds(asked) : asked;
  const readingsPerSecond = (parameters.machines * 1000) / parameters.periodMs;
  const toMicros = OUTAGE_FROM_MICROS + outageMs * 1000;
  const tally = new Tally(parameters, { fromMicros: OUTAGE_FROM_MICROS, toMicros });
  runModel(
    {
      plan: [{ id: 'outage', family: 'link', kind: 'blackhole', target: 'uplink', params: {}, atMs: 0, forMs: outageMs }],
      parameters: unwatched(parameters, outageMs),
      protect: allProtections(),
      course: { baselineMs: BASELINE_MS, settleMs: 10_000, drainMs: drainBoundMs(parameters, outageMs), quietDrain: false },
      seed: 1,
    },
    tally,
  );
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
    readingsPerSecond,
    missing: missing(tally, parameters, toMicros, relative),
    buffer: {
      fullAfterMs: fullAt < 0 ? null : relative(tally.series.atMicros[fullAt]!),
      mostReadings, mostBytes: mostReadings * parameters.readingBytes,
      neededReadings, neededBytes: neededReadings * parameters.readingBytes,
    },
    recovery: { liveAfterMs: afterHeal(tally.firstLiveSeenMicros), drainedAfterMs: afterHeal(tally.lastBacklogSeenMicros) },
    series: thinned(tally.series, relative),
  };
}

/**
 * The same stream of readings in rounds of a second: k times the machines, each read k times as seldom. What a round costs
 * the model hardly depends on how much is in it, and a second more or less is nothing in an outage of hours.
 */
function bySeconds(parameters: Parameters): Parameters {
  const times = Math.max(1, Math.floor(1000 / parameters.periodMs));
  const { machines, periodMs, gapAfterMs } = parameters;
  return { ...parameters, machines: machines * times, periodMs: periodMs * times, gapAfterMs: gapAfterMs * times };
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

/** Lost readings, and those that were never made because the gateway had no room for them. */
function missing(tally: Tally, { machines, periodMs }: Parameters, outageToMicros: number, relative: (atMicros: number) => number | null): Prediction['missing'] {
  const lost = tally.lost();
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
