import type { HistoryEvent } from '../../../simulator/recorder.ts';
import type { Moments } from './story.ts';

const S = 1_000_000;
const LOOK_EVERY_MICROS = 250_000;

/** What is said in a good story besides readings, deliveries and gaps; without the last phase. */
export function storyEvents(moments: Moments, devices: number): HistoryEvent[] {
  const { firstFrom, firstTo, secondFrom, secondTo, cutFrom, cutTo, healed, windowFrom, windowTo, finalRead } = moments;
  return [
    { kind: 'phase', phase: 'start', atMicros: 0 },
    node('gateway', 'started', 10), node('ingest', 'started', 20),
    { kind: 'phase', phase: 'baseline', atMicros: windowFrom },
    ...looks(moments, devices),
    { kind: 'phase', phase: 'faults', atMicros: firstFrom },
    ...fault('1-blackhole-uplink', firstFrom, firstTo),
    ...fault('2-blackhole-uplink', secondFrom, secondTo),
    ...fault('3-power-cut-gateway', cutFrom, cutTo),
    node('gateway', 'killed', cutFrom), node('gateway', 'started', cutTo),
    { kind: 'look', of: 'readings', outcome: 'ok', fromMicros: 0, atMicros: finalRead, everyMicros: LOOK_EVERY_MICROS },
    ...alert('overheated-1', firstFrom + S, 'siren'), ...alert('overheated-2', secondFrom + S, 'pager'),
    { kind: 'phase', phase: 'heal', atMicros: healed },
    { kind: 'phase', phase: 'drain', atMicros: windowTo },
    { kind: 'window', fromMicros: windowFrom, toMicros: windowTo, atMicros: windowTo },
    node('gateway', 'serving', finalRead - 1), node('ingest', 'serving', finalRead - 1),
    { kind: 'phase', phase: 'final-read', atMicros: finalRead },
  ];
}

/** What the harness saw twice a second: health, resources, control loops, and a stranger at the door. */
function looks(moments: Moments, devices: number): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (let atMicros = moments.windowFrom; atMicros < moments.windowTo; atMicros += S / 2) {
    const stale = isAway(moments, atMicros);
    events.push(
      { kind: 'health', node: 'ingest', atMicros, ...(stale ? { status: 'degraded', said: 'gateway silent', layer: 'network' } : { status: 'ok', said: 'ok' }) },
      { kind: 'resource', node: 'gateway', atMicros, rssBytes: 60e6, diskBytes: stale ? 20e6 : 10e6 },
      { kind: 'access', who: 'stranger', credentials: 'wrong', action: 'login', accepted: false, atMicros },
      { kind: 'access', who: 'gateway', credentials: 'valid', action: 'login', accepted: true, atMicros },
    );
    for (let d = 1; d <= devices; d++) {
      events.push({ kind: 'cycle', device: `machine-${d}`, atMicros, cycles: 25, longestMicros: 21_000 }, { kind: 'connection', device: `machine-${d}`, state: 'opened', atMicros });
    }
  }
  return events;
}

/** True while nothing new can be seen, from a second into each outage to when it is over for sure. */
function isAway({ firstFrom, firstTo, secondFrom, healed }: Moments, atMicros: number): boolean {
  return (atMicros > firstFrom + S && atMicros < firstTo + 0.6 * S) || (atMicros > secondFrom + S && atMicros < healed + 0.6 * S);
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

function alert(name: string, atMicros: number, channel: string): HistoryEvent[] {
  return [
    { kind: 'alert-raised', alert: name, device: 'machine-1', critical: true, atMicros },
    { kind: 'alert-received', alert: name, channel, atMicros: atMicros + S },
    { kind: 'alert-received', alert: name, channel: 'pager', atMicros: atMicros + 4 * S },
  ];
}
