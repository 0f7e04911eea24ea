import type { Delivery, HistoryEvent, Reading } from '../../../simulator/recorder.ts';
import type { History, HistoryMeta } from '../../history/history.ts';
import { memoryHistory } from '../../history/writer.ts';
import { storyEvents } from './story-events.ts';
import { storyMeta } from './story-meta.ts';

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
  firstOutageMicros: number;
  outageMicros: number;
  /** The gateway has no power for this long inside the second outage, and reads nothing. */
  cutMicros: number;
  /** A number in [0, 1) per call. */
  random: () => number;
}

export type Moments = ReturnType<typeof momentsOf>;

const S = 1_000_000;
const PERIOD = S / 10;
const FIRST_READ = S / 2;
/** Numbers of typed-in records, apart from those of the machines. */
const FIRST_TYPED_N = 4_294_960_000;

/** When things happen in a story of these options. */
export function momentsOf({ firstOutageMicros, outageMicros, cutMicros }: StoryOptions) {
  const firstFrom = 3 * S;
  const firstTo = firstFrom + firstOutageMicros;
  const secondFrom = firstTo + 3 * S;
  const secondTo = secondFrom + outageMicros;
  const cutFrom = secondFrom + S;
  const cutTo = cutFrom + cutMicros;
  const healed = Math.max(secondTo, cutTo);
  const windowTo = healed + 3 * S;
  return { windowFrom: S, firstFrom, firstTo, secondFrom, secondTo, cutFrom, cutTo, healed, windowTo, finalRead: windowTo + 40 * S };
}

/**
 * A run in which a good pipeline kept every promise: an outage of the uplink with a backlog that drains after it, then
 * another in which the gateway loses its power, with a gap declared for each device and a reading or two in flight.
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
    const after = own.findIndex(({ atMicros }) => atMicros > moments.cutTo - PERIOD);
    own[after - 1]!.handover = 'indeterminate';
    if (random() < 0.5) own[after]!.handover = 'indeterminate';
    gaps.push({ kind: 'gap', atMicros: moments.healed + S, device, fromMicros: own[after - 1]!.atMicros - PERIOD / 2, toMicros: own[after]!.atMicros });
    readings.push(...own);
    deliveries.push(...deliverAll(own.filter(({ handover }) => handover === 'acknowledged' || random() < 0.5), moments, random));
  }
  const typed: HistoryEvent[] = [moments.firstFrom, moments.cutFrom].map((atMicros, i) => ({ kind: 'manual-entry', atMicros, device: 'machine-1', n: FIRST_TYPED_N + i, value: i + 0.5 }));
  for (const entry of typed) deliveries.push(typedRow(entry as Extract<HistoryEvent, { kind: 'manual-entry' }>, moments));
  readings.sort((a, b) => a.atMicros - b.atMicros);
  deliveries.sort((a, b) => a.seenAtMicros - b.seenAtMicros);
  const events = [...storyEvents(moments, devices), ...typed, ...gaps, { kind: 'phase', atMicros: moments.finalRead + S, phase: 'judge' } as const];
  return { meta: storyMeta(), readings, deliveries, events };
}

export function historyOf({ meta, readings, deliveries, events }: Story): History {
  const memory = memoryHistory(meta);
  for (const reading of readings) memory.reading(reading);
  for (const delivery of deliveries) memory.delivery(delivery);
  for (const event of events) memory.event(event);
  return memory.history();
}

function readingsOf(device: string, firstN: number, offset: number, { cutFrom, cutTo, windowTo }: Moments, random: () => number): Reading[] {
  const readings: Reading[] = [];
  for (let due = FIRST_READ + offset; due < windowTo; due += PERIOD) {
    if (due > cutFrom && due < cutTo) continue;
    const atMicros = due + Math.round((random() - 0.5) * 20_000);
    const n = firstN + readings.length;
    readings.push({ device, n, atMicros, value: Math.fround(Math.sin(n) * 100), state: n % 5, counter: n * 3, handover: 'acknowledged' });
  }
  return readings;
}

/** What was made in an outage comes after it, 20 a second per device besides the live data; all else within 150 ms. */
function deliverAll(readings: Reading[], { firstFrom, firstTo, secondFrom, healed }: Moments, random: () => number): Delivery[] {
  let held = 0;
  return readings.map((reading) => {
    const { handover: _, atMicros, ...measured } = reading;
    const [from, to] = atMicros > secondFrom ? [secondFrom, healed] : [firstFrom, firstTo];
    const live = Math.round(atMicros + random() * 150_000);
    const isHeld = atMicros > from && atMicros <= to;
    held = isHeld ? held + 1 : 0;
    const seenAtMicros = isHeld ? to + S / 2 + held * 50_000 : atMicros > to ? Math.max(live, to + 400_000) : live;
    return { ...measured, stampMicros: atMicros + Math.round((random() - 0.5) * 40_000), seenAtMicros };
  });
}

function typedRow({ device, n, value, atMicros }: Extract<HistoryEvent, { kind: 'manual-entry' }>, { healed }: Moments): Delivery {
  return { device, n, value, stampMicros: atMicros, seenAtMicros: healed + S, manual: true };
}
