import { runModel, type DrainWatcher, type ModelOutcome } from '../../simulator/model/model.ts';
import type { Parameters } from '../../simulator/model/parameters.ts';
import { allProtections, type Protections } from '../../simulator/model/protections.ts';
import { NODE_NAMES } from '../../simulator/model/world.ts';
import type { Recorder } from '../../simulator/recorder.ts';
import type { VirtualScenario } from '../../scenarios/arbitrary/scenario.ts';
import type { Claims } from '../../scenarios/schema/pipeline.ts';
import type { History, HistoryMeta } from '../history/history.ts';
import { memoryHistory } from '../history/writer.ts';
import { drainBounds, isDrained } from '../run/drain.ts';
import { Flow } from '../run/flow.ts';

/** What the model pipeline promises; times in milliseconds, sizes in bytes. */
function claimsOf({ machines, periodMs, bufferReadings, readingBytes, gapAfterMs, timeWithinMs }: Parameters): Claims {
  const bufferMs = (bufferReadings * periodMs) / machines;
  return {
    'gap-after': gapAfterMs,
    'time-within': timeWithinMs,
    'recovers-within': 6000,
    'drains-within': 15_000,
    'live-lag': 4000,
    'buffers-for': Math.floor(bufferMs * 0.8),
    'alert-within': 3000,
    'stale-within': 5000,
    'memory-under': 100_000_000,
    'disk-under': 1_000_000 + bufferReadings * readingBytes,
  };
}

/** Runs a scenario on the model pipeline in virtual time; what it records is a history like any other. */
export function runVirtual(scenario: VirtualScenario, protect: Protections = allProtections()): { history: History; outcome: ModelOutcome } {
  const memory = memoryHistory(metaOf(scenario));
  const flow = new Flow(memory);
  const watcher = watcherOf(flow, claimsOf(scenario.parameters), scenario.course.drainMs);
  const outcome = runModel({ ...scenario, protect, watcher }, watcher);
  return { history: memory.history(), outcome };
}

/** Hears all that is recorded, and ends the drain as a real run does. */
function watcherOf(flow: Flow, claims: Claims, longerMs: number): DrainWatcher & Recorder {
  let horizonMicros = Infinity;
  const boundsAt = (nowMicros: number) => drainBounds(flow.lastHealMicros ?? nowMicros, claims, longerMs);
  return {
    reading: (reading) => flow.reading(reading),
    event: (event) => flow.event(event),
    delivery(row) {
      flow.delivery(row);
      flow.arrived([row], horizonMicros);
    },
    mayFallSilent: (nowMicros) => flow.allLive || nowMicros >= boundsAt(nowMicros).recoveredByMicros,
    isOver(nowMicros, window) {
      horizonMicros = window.toMicros;
      return isDrained(flow, flow.outstandingIn(window), nowMicros, boundsAt(nowMicros));
    },
  };
}

function metaOf({ seed, parameters, plan }: VirtualScenario): HistoryMeta {
  const claims = claimsOf(parameters);
  return {
    format: 1,
    tool: { name: 'brownout', version: '0' },
    world: 'model',
    startedAt: '1970-01-01T00:00:00.000Z',
    wallAnchorMicros: 0,
    seed,
    host: { os: 'virtual', arch: 'virtual', cpus: 1, node: '' },
    pipeline: { name: 'model', description: 'A store-and-forward pipeline in virtual time', file: 'model', sha256: '', nodes: [...NODE_NAMES], fieldLinks: ['plant'] },
    scenario: { name: 'virtual', description: '', file: 'virtual', sha256: '' },
    plan,
    terms: {
      periodMs: parameters.periodMs,
      watermark: 'registers',
      claims,
      claimed: Object.keys(claims) as (keyof Claims)[],
      offers: { gaps: true, health: true, layer: true, stamps: true, uncertainty: true },
      fields: [],
      exercises: [],
    },
    replay: { command: '' },
  };
}
