import type { Delivery, HistoryEvent, Reading } from '../../../simulator/recorder.ts';
import type { PlannedFault } from '../../../scenarios/schema/scenario.ts';
import type { History, HistoryMeta } from '../../history/history.ts';
import { memoryHistory } from '../../history/writer.ts';

/** A whole run as plain lists, easy to damage in one place. `historyOf` makes the history of it. */
export interface Story {
  meta: HistoryMeta;
  readings: Reading[];
  /** In the outlet's order. */
  deliveries: Delivery[];
  events: HistoryEvent[];
}

export interface StoryOptions {
  devices: number;
  /** The first number of each device. */
  firstN: number;
  outageMicros: number;
  /** The gateway is down for this long inside the outage, and reads nothing. */
  crashMicros: number;
  /** A number in [0, 1) per call. */
  random: () => number;
}

const S = 1_000_000;
const PERIOD = S / 10;
export const OUTAGE_FROM = 3 * S;
const FIRST_READ = S / 2;
const WINDOW_FROM = 1 * S;

/** When things happen in a story of these options. */
export function momentsOf({ outageMicros, crashMicros }: StoryOptions) {
  const crashFrom = OUTAGE_FROM + S;
  const outageTo = OUTAGE_FROM + outageMicros;
  const crashTo = crashFrom + crashMicros;
  const healed = Math.max(outageTo, crashTo);
  const windowTo = healed + 3 * S;
  return { crashFrom, crashTo, outageTo, healed, windowTo, finalRead: windowTo + 40 * S };
}

/**
 * A run in which a good pipeline kept every promise: an outage of the uplink with a backlog that drains after it, and a
 * crash of the gateway inside the outage, with a gap declared for each device and two readings in flight.
 */
export function goodStory(options: StoryOptions): Story {
  const { devices, firstN, random } = options;
  const moments = momentsOf(options);
  const readings: Reading[] = [];
  const deliveries: Delivery[] = [];
  const gaps: HistoryEvent[] = [];
  for (let d = 1; d <= devices; d++) {
    const device = `machine-${d}`;
    const own = readingsOf(device, firstN, d * 7_000, moments, random);
    const [before, after] = aroundCrash(own, moments);
    before.handover = 'indeterminate';
    if (random() < 0.5) after.handover = 'indeterminate';
    gaps.push({ kind: 'gap', atMicros: moments.healed + S, device, fromMicros: before.atMicros - PERIOD / 2, toMicros: after.atMicros });
    readings.push(...own);
    deliveries.push(...own.filter(({ handover }) => handover === 'acknowledged' || random() < 0.5).map((reading, i) => deliver(reading, i, moments, random)));
  }
  readings.sort((a, b) => a.atMicros - b.atMicros);
  deliveries.sort((a, b) => a.seenAtMicros - b.seenAtMicros);
  return { meta: storyMeta(), readings, deliveries, events: [...eventsOf(moments), ...gaps, { kind: 'phase', atMicros: moments.finalRead + S, phase: 'judge' }] };
}

export function historyOf({ meta, readings, deliveries, events }: Story): History {
  const memory = memoryHistory(meta);
  for (const reading of readings) memory.reading(reading);
  for (const delivery of deliveries) memory.delivery(delivery);
  for (const event of events) memory.event(event);
  return memory.history();
}

type Moments = ReturnType<typeof momentsOf>;

function readingsOf(device: string, firstN: number, offset: number, moments: Moments, random: () => number): Reading[] {
  const readings: Reading[] = [];
  for (let due = FIRST_READ + offset; due < moments.windowTo; due += PERIOD) {
    if (due > moments.crashFrom && due < moments.crashTo) continue;
    const atMicros = due + Math.round((random() - 0.5) * 20_000);
    const n = firstN + readings.length;
    readings.push({ device, n, atMicros, value: Math.fround(Math.sin(n) * 100), state: n % 5, counter: n * 3, handover: 'acknowledged' });
  }
  return readings;
}

function aroundCrash(readings: Reading[], { crashTo }: Moments): [Reading, Reading] {
  const after = readings.findIndex(({ atMicros }) => atMicros > crashTo - PERIOD);
  return [readings[after - 1]!, readings[after]!];
}

/** What was made in the outage comes after it, 200 a second per device; all else within 150 ms. */
function deliver(reading: Reading, i: number, { healed }: Moments, random: () => number): Delivery {
  const { handover: _, atMicros, ...measured } = reading;
  const held = atMicros > OUTAGE_FROM && atMicros <= healed;
  const seenAtMicros = Math.round(held ? healed + S / 2 + i * 5_000 : Math.max(atMicros + random() * 150_000, atMicros > healed ? healed + 400_000 : 0));
  return { ...measured, stampMicros: atMicros + Math.round((random() - 0.5) * 40_000), seenAtMicros };
}

export function plannedFault(id: string, atMs: number, forMs: number): PlannedFault {
  const [, kind, target] = id.split('-');
  return { id, kind: kind!, family: kind === 'crash' ? 'power' : 'link', target: target!, atMs, forMs, params: {} };
}

function fault(id: string, from: number, to: number): HistoryEvent[] {
  return [
    { kind: 'fault', fault: id, action: 'applied', atMicros: from, detail: '' },
    { kind: 'fault', fault: id, action: 'bit', atMicros: to, detail: 'it hurt', numbers: { refusedBytes: 12 } },
    { kind: 'fault', fault: id, action: 'healed', atMicros: to, detail: '' },
  ];
}

function node(name: string, state: 'started' | 'killed' | 'serving', atMicros: number): HistoryEvent {
  return { kind: 'node', node: name, state, atMicros };
}

function eventsOf({ crashFrom, crashTo, outageTo, healed, windowTo, finalRead }: Moments): HistoryEvent[] {
  return [
    { kind: 'phase', phase: 'start', atMicros: 0 },
    node('gateway', 'started', 10), node('ingest', 'started', 20),
    { kind: 'phase', phase: 'baseline', atMicros: WINDOW_FROM },
    { kind: 'phase', phase: 'faults', atMicros: OUTAGE_FROM },
    ...fault('1-blackhole-uplink', OUTAGE_FROM, outageTo),
    ...fault('2-crash-gateway', crashFrom, crashTo),
    node('gateway', 'killed', crashFrom), node('gateway', 'started', crashTo),
    { kind: 'phase', phase: 'heal', atMicros: healed },
    { kind: 'phase', phase: 'drain', atMicros: windowTo },
    { kind: 'window', fromMicros: WINDOW_FROM, toMicros: windowTo, atMicros: windowTo },
    node('gateway', 'serving', finalRead - 1), node('ingest', 'serving', finalRead - 1),
    { kind: 'phase', phase: 'final-read', atMicros: finalRead },
  ];
}

function storyMeta(): HistoryMeta {
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
    plan: [plannedFault('1-blackhole-uplink', 0, 3000), plannedFault('2-crash-gateway', 1000, 1000)],
    terms: {
      periodMs: 100,
      watermark: 'registers',
      claims: { 'gap-after': 500, 'time-within': 250, 'recovers-within': 15_000, 'drains-within': 30_000 },
      offers: { gaps: true, health: true, stamps: true, uncertainty: true },
      fields: ['state', 'counter'],
      exercises: [],
    },
    replay: { command: 'brownout run' },
  };
}
