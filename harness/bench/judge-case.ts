import { randomStream } from '../../simulator/random.ts';
import type { HistoryEvent } from '../../simulator/recorder.ts';
import type { History } from '../history/history.ts';

/** Machines of the case; each is read as often as the others. */
const DEVICES = 1000;
const PERIOD_MICROS = 1_000_000;

/**
 * A long run of many machines with everything in it that has to be found: lost intervals, single losses, rows twice,
 * rows out of their place. The same for every judge: columns, in the order of the outlet.
 */
export function judgeCase(readings: number, seed: number): History {
  const random = randomStream(seed, 'judge case');
  const rounds = Math.floor(readings / DEVICES);
  const total = rounds * DEVICES;
  const truth = {
    rows: total,
    device: new Uint32Array(total),
    n: new Uint32Array(total),
    atMicros: new Float64Array(total),
    value: new Float32Array(total),
    acknowledged: new Uint8Array(total).fill(1),
  };
  const room = Math.ceil(total * 1.02) + 1000;
  const rows = {
    device: new Uint32Array(room),
    n: new Uint32Array(room),
    value: new Float64Array(room),
    stampMicros: new Float64Array(room),
    seenAtMicros: new Float64Array(room),
    flags: new Uint8Array(room),
  };
  const outageLeft = new Int32Array(DEVICES);
  const outageFromMicros = new Float64Array(DEVICES);
  const gaps: HistoryEvent[] = [];
  let row = 0;
  const deliver = (reading: number, delayMicros: number) => {
    rows.device[row] = truth.device[reading]!;
    rows.n[row] = truth.n[reading]!;
    rows.value[row] = truth.value[reading]!;
    rows.stampMicros[row] = truth.atMicros[reading]! + 2000;
    rows.seenAtMicros[row] = truth.atMicros[reading]! + Math.round(delayMicros);
    row++;
  };
  for (let round = 0, reading = 0; round < rounds; round++) {
    for (let device = 0; device < DEVICES; device++, reading++) {
      truth.device[reading] = device;
      truth.n[reading] = round + 1;
      truth.atMicros[reading] = round * PERIOD_MICROS + device * 100;
      truth.value[reading] = 50 + 10 * Math.sin(reading / 977);
      if (outageLeft[device]! > 0) {
        if (--outageLeft[device]! === 0) {
          gaps.push({ kind: 'gap', atMicros: 0, device: `machine-${device + 1}`, fromMicros: outageFromMicros[device]!, toMicros: truth.atMicros[reading]! + PERIOD_MICROS });
        }
        continue;
      }
      const chance = random();
      if (chance < 0.0002) {
        outageLeft[device] = 1 + Math.floor(random() * 50);
        outageFromMicros[device] = truth.atMicros[reading]! - PERIOD_MICROS;
        continue;
      }
      if (chance < 0.0012) continue;
      deliver(reading, 50_000 + chance * 100_000);
      if (chance > 0.99) deliver(reading, 300_000);
    }
  }
  displaceSome(rows, row, random);
  const endMicros = rounds * PERIOD_MICROS;
  const names = Array.from({ length: DEVICES }, (_, device) => `machine-${device + 1}`);
  return {
    meta: metaOf(seed, total),
    devices: names,
    readings: truth,
    deliveries: { rows: row, ...Object.fromEntries(Object.entries(rows).map(([name, column]) => [name, column.subarray(0, row)])) } as History['deliveries'],
    events: eventsOf(gaps, endMicros),
  };
}

/** Swaps one row in a hundred with one up to three rounds behind it. */
function displaceSome(rows: Record<string, Uint8Array | Uint32Array | Float64Array>, count: number, random: () => number): void {
  for (let swap = 0; swap < count / 100; swap++) {
    const from = Math.floor(random() * (count - 3 * DEVICES - 1));
    const to = from + 1 + Math.floor(random() * 3 * DEVICES);
    for (const column of Object.values(rows)) [column[from], column[to]] = [column[to]!, column[from]!];
  }
}

function eventsOf(gaps: HistoryEvent[], endMicros: number): HistoryEvent[] {
  const fault = '1-blackhole-uplink';
  return [
    { kind: 'phase', atMicros: 0, phase: 'start' },
    { kind: 'phase', atMicros: 1, phase: 'baseline' },
    { kind: 'node', atMicros: 1, node: 'gateway', state: 'started' },
    { kind: 'node', atMicros: 2, node: 'gateway', state: 'ready' },
    { kind: 'phase', atMicros: 3, phase: 'faults' },
    { kind: 'fault', atMicros: endMicros * 0.1, fault, action: 'applied', detail: '' },
    { kind: 'fault', atMicros: endMicros * 0.2, fault, action: 'bit', detail: 'proven' },
    { kind: 'fault', atMicros: endMicros * 0.2, fault, action: 'healed', detail: '' },
    { kind: 'phase', atMicros: endMicros * 0.2, phase: 'heal' },
    { kind: 'phase', atMicros: endMicros, phase: 'drain' },
    { kind: 'phase', atMicros: endMicros + 1, phase: 'final-read' },
    { kind: 'node', atMicros: endMicros + 1, node: 'gateway', state: 'serving' },
    ...gaps,
    { kind: 'window', atMicros: endMicros + 2, fromMicros: 0, toMicros: endMicros },
    { kind: 'phase', atMicros: endMicros + 3, phase: 'judge' },
  ];
}

function metaOf(seed: number, readings: number): History['meta'] {
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
    plan: [{ id: '1-blackhole-uplink', kind: 'blackhole', family: 'link', target: 'uplink', atMs: 0, forMs: 0, params: {} }],
    terms: {
      periodMs: PERIOD_MICROS / 1000,
      watermark: 'registers',
      claims: { 'gap-after': 2500, 'time-within': 250, 'recovers-within': 15_000, 'drains-within': 30_000 },
      offers: { gaps: true, health: false, stamps: true, uncertainty: false },
      fields: [],
      exercises: [],
    },
    replay: { command: '' },
  };
}
