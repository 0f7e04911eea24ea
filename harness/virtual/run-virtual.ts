import { runModel, type ModelOutcome } from '../../simulator/model/model.ts';
import type { Parameters } from '../../simulator/model/parameters.ts';
import { allProtections, type Protections } from '../../simulator/model/protections.ts';
import { NODE_NAMES } from '../../simulator/model/world.ts';
import type { VirtualScenario } from '../../scenarios/arbitrary/scenario.ts';
import type { Claims } from '../../scenarios/schema/pipeline.ts';
import type { History, HistoryMeta } from '../history/history.ts';
import { memoryHistory } from '../history/writer.ts';

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
  const outcome = runModel({ ...scenario, protect }, memory);
  return { history: memory.history(), outcome };
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
