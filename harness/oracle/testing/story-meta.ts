import type { PlannedFault } from '../../../scenarios/schema/scenario.ts';
import type { HistoryMeta } from '../../history/history.ts';

/** What was agreed in a story: claims for everything, and an outlet that offers everything. */
export function storyMeta(): HistoryMeta {
  return {
    format: 1,
    tool: { name: 'brownout', version: '0.0.0' },
    world: 'model',
    startedAt: '2026-01-01T00:00:00.000Z',
    wallAnchorMicros: 1.7e15,
    seed: 1,
    host: { os: 'none', arch: 'none', cpus: 1, node: '24' },
    pipeline: { name: 'story', description: '', file: 'pipeline.yaml', sha256: '0', nodes: ['gateway', 'ingest'] },
    scenario: { name: 'story', description: '', file: 'scenario.yaml', sha256: '0' },
    plan: [
      plannedFault('1-blackhole-uplink', 'blackhole', 'link'),
      plannedFault('2-blackhole-uplink', 'blackhole', 'link'),
      plannedFault('3-power-cut-gateway', 'power-cut', 'power'),
    ],
    terms: {
      periodMs: 100,
      watermark: 'registers',
      claims: {
        'gap-after': 500, 'time-within': 250, 'recovers-within': 2500, 'drains-within': 30_000, 'live-lag': 2000, 'buffers-for': 1500,
        'alert-within': 5000, 'stale-within': 1500, 'memory-under': 100e6, 'disk-under': 100e6,
      },
      claimed: [],
      offers: { gaps: true, health: true, layer: true, stamps: true, uncertainty: true },
      fields: ['state', 'counter'],
      exercises: [],
    },
    replay: { command: 'brownout run' },
  };
}

function plannedFault(id: string, kind: string, family: string): PlannedFault {
  return { id, kind, family, target: id.split('-').at(-1)!, atMs: 0, forMs: 1000, params: {} };
}
