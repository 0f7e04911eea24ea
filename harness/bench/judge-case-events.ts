import type { PlannedFault } from '../../scenarios/schema/scenario.ts';
import type { HistoryEvent } from '../../simulator/recorder.ts';
import type { HistoryMeta } from '../history/history.ts';

/** When things happen in the case; it begins at 0. */
export interface Moments {
  powerCutMicros: number;
  /** The outage. */
  cutOffMicros: number;
  healedMicros: number;
  endMicros: number;
}

const S = 1_000_000;
/** How often the harness looks at health, resources, control loops and the door. */
const LOOKS = 200;

/** What was said and seen besides readings and rows, with something for every guarantee. */
export function caseEvents({ powerCutMicros, cutOffMicros, healedMicros, endMicros }: Moments, others: HistoryEvent[]): HistoryEvent[] {
  return [
    { kind: 'phase', atMicros: 0, phase: 'start' },
    { kind: 'phase', atMicros: 1, phase: 'baseline' },
    { kind: 'node', atMicros: 1, node: 'gateway', state: 'started' },
    { kind: 'node', atMicros: 2, node: 'gateway', state: 'ready' },
    { kind: 'phase', atMicros: 3, phase: 'faults' },
    ...faultEvents('1-power-cut-gateway', powerCutMicros, powerCutMicros + S),
    ...faultEvents('2-blackhole-uplink', cutOffMicros, healedMicros),
    { kind: 'alert-raised', atMicros: cutOffMicros + S, alert: 'overheated', device: 'machine-1', critical: true },
    { kind: 'alert-received', atMicros: cutOffMicros + 2 * S, alert: 'overheated', channel: 'siren' },
    { kind: 'phase', atMicros: healedMicros, phase: 'heal' },
    ...Array.from({ length: LOOKS }, (_, look) => lookAt((endMicros * (look + 0.5)) / LOOKS, cutOffMicros, healedMicros)).flat(),
    { kind: 'look', atMicros: endMicros, fromMicros: 0, of: 'readings', outcome: 'ok', everyMicros: 250_000 },
    { kind: 'phase', atMicros: endMicros, phase: 'drain' },
    { kind: 'phase', atMicros: endMicros + 1, phase: 'final-read' },
    { kind: 'node', atMicros: endMicros + 1, node: 'gateway', state: 'serving' },
    ...others,
    { kind: 'window', atMicros: endMicros + 2, fromMicros: 0, toMicros: endMicros },
    { kind: 'phase', atMicros: endMicros + 3, phase: 'judge' },
  ];
}

function lookAt(atMicros: number, cutOffMicros: number, healedMicros: number): HistoryEvent[] {
  const isCutOff = atMicros > cutOffMicros && atMicros < healedMicros;
  return [
    { kind: 'health', atMicros, node: 'gateway', status: 'degraded', said: 'degraded', ...(isCutOff && { layer: 'network' }) },
    { kind: 'resource', atMicros, node: 'gateway', rssBytes: 60e6, diskBytes: isCutOff ? 20e6 : 10e6 },
    { kind: 'cycle', atMicros, device: 'machine-1', cycles: 25, longestMicros: 21_000 },
    { kind: 'access', atMicros, who: 'stranger', credentials: 'wrong', action: 'login', accepted: false },
  ];
}

function faultEvents(fault: string, fromMicros: number, toMicros: number): HistoryEvent[] {
  return [
    { kind: 'fault', atMicros: fromMicros, fault, action: 'applied', detail: '' },
    { kind: 'fault', atMicros: toMicros, fault, action: 'bit', detail: 'proven' },
    { kind: 'fault', atMicros: toMicros, fault, action: 'healed', detail: '' },
  ];
}

export function caseMeta(seed: number, readings: number, { cutOffMicros, healedMicros, endMicros }: Moments, periodMicros: number): HistoryMeta {
  const nothing = { name: 'bench', description: '', file: '', sha256: '' };
  return {
    format: 1,
    tool: { name: 'brownout', version: '0.0.0' },
    world: 'model',
    startedAt: new Date(0).toISOString(),
    wallAnchorMicros: 0,
    seed,
    host: { os: '', arch: '', cpus: 0, node: '' },
    pipeline: { ...nothing, nodes: ['gateway'] },
    scenario: { ...nothing, description: `${readings} readings` },
    plan: [planned('1-power-cut-gateway', 'power-cut', 'power'), planned('2-blackhole-uplink', 'blackhole', 'link')],
    terms: {
      periodMs: periodMicros / 1000,
      watermark: 'registers',
      claims: {
        'gap-after': 2500, 'time-within': 250, 'recovers-within': 15_000, 'drains-within': (endMicros - healedMicros) / 2000, 'live-lag': 5000,
        'buffers-for': (healedMicros - cutOffMicros) / 2000, 'alert-within': 5000, 'stale-within': 10_000, 'memory-under': 100e6, 'disk-under': 100e6,
      },
      claimed: [],
      offers: { gaps: true, health: true, layer: true, stamps: true, uncertainty: false },
      fields: [],
      exercises: [],
    },
    replay: { command: '' },
  };
}

function planned(id: string, kind: string, family: string): PlannedFault {
  return { id, kind, family, target: id.split('-').at(-1)!, atMs: 0, forMs: 0, params: {} };
}
