import type { Delivery, HistoryEvent, Reading } from '../../../simulator/recorder.ts';
import { momentsOf, type Story, type StoryOptions } from './story.ts';

const S = 1_000_000;

/** Well inside the window and away from everything that happens: nothing else is missing near them. */
export function liveReadings({ readings }: Story): Reading[] {
  return readings.filter(({ atMicros }) => atMicros > 1.3 * S && atMicros < 2.7 * S);
}

export function liveRows(story: Story): Delivery[] {
  const live = liveReadings(story);
  return story.deliveries.filter((row) => live.some((it) => sameReading(it, row)));
}

/** Rows of readings made between two moments. */
export function rowsMade(story: Story, from: number, to: number): Delivery[] {
  return story.deliveries.filter((row) => {
    const atMicros = truthOf(story, row)?.atMicros ?? -1;
    return atMicros > from && atMicros < to;
  });
}

export function backlogRows(story: Story, options: StoryOptions): Delivery[] {
  const { secondFrom, healed } = momentsOf(options);
  return rowsMade(story, secondFrom, healed - S);
}

/** Rows of the machines' readings, not those that people typed in. */
export function sensorRows(story: Story): Delivery[] {
  return story.deliveries.filter((row) => truthOf(story, row) !== undefined);
}

export function declareGap(story: Story, device: string, fromMicros: number, toMicros: number): void {
  story.events.push({ kind: 'gap', atMicros: toMicros, device, fromMicros, toMicros });
}

export function lastOf(story: Story, device: string): Delivery {
  return sensorRows(story).filter((row) => row.device === device).reduce((last, row) => (row.n > last.n ? row : last));
}

export function next(story: Story, { device, n }: Delivery): Delivery | undefined {
  return liveRows(story).find((row) => row.device === device && row.n === n + 1);
}

export function truthOf({ readings }: Story, row: Delivery): Reading | undefined {
  return readings.find((reading) => sameReading(reading, row));
}

export function sameReading(a: { device: string; n: number }, b: { device: string; n: number }): boolean {
  return a.device === b.device && a.n === b.n;
}

export function eventsOf<K extends HistoryEvent['kind']>({ events }: Story, kind: K): Extract<HistoryEvent, { kind: K }>[] {
  return events.filter((event) => event.kind === kind) as Extract<HistoryEvent, { kind: K }>[];
}

export function gapsOf(story: Story): Extract<HistoryEvent, { kind: 'gap' }>[] {
  return eventsOf(story, 'gap');
}

export function momentOfJudge({ events }: Story): number {
  return events.at(-1)!.atMicros;
}

export function insertBeforeJudge(story: Story, event: HistoryEvent): void {
  story.events.splice(-1, 0, event);
}

export function remove<T>(from: T[], item: T): void {
  from.splice(from.indexOf(item), 1);
}
