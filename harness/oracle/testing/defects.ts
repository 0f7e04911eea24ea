import type { Delivery, HistoryEvent, Reading } from '../../../simulator/recorder.ts';
import { momentsOf, OUTAGE_FROM, type Story, type StoryOptions } from './story.ts';

const S = 1_000_000;

/** One thing wrong with a good run, and every guarantee that it breaks. `pick` chooses a victim. */
export interface Defect {
  breaks: string[];
  inject(story: Story, pick: <T>(from: T[]) => T, options: StoryOptions): void;
}

export const DEFECTS: Record<string, Defect> = {
  'a row is dropped': {
    breaks: ['no-loss', 'gaps-declared'],
    inject(story, pick) {
      remove(story.deliveries, pick(liveRows(story)));
    },
  },
  'a row is dropped inside a declared gap': {
    breaks: ['no-loss'],
    inject(story, pick) {
      const victim = pick(liveRows(story));
      const at = truthOf(story, victim)!.atMicros;
      remove(story.deliveries, victim);
      story.events.push({ kind: 'gap', atMicros: at, device: victim.device, fromMicros: at - 5_000, toMicros: at + 5_000 });
    },
  },
  'a row is doubled': {
    breaks: ['no-duplicates'],
    inject(story, pick) {
      story.deliveries.push({ ...pick(story.deliveries), seenAtMicros: 40 * S });
    },
  },
  'a value is altered in its last bit': {
    breaks: ['unaltered'],
    inject(story, pick) {
      const victim = pick(story.deliveries);
      const bits = new Int32Array(Float32Array.of(victim.value).buffer);
      bits[0]! ^= 1;
      victim.value = new Float32Array(bits.buffer)[0]!;
    },
  },
  'a field is altered': {
    breaks: ['unaltered'],
    inject: (story, pick) => void (pick(story.deliveries).counter! += 1),
  },
  'a field is missing': {
    breaks: ['unaltered'],
    inject: (story, pick) => void (pick(story.deliveries).state = undefined),
  },
  'a row of a reading that was never made': {
    breaks: ['unaltered'],
    inject(story, pick) {
      story.deliveries.push({ ...pick(story.deliveries), n: 4_294_967_295 });
    },
  },
  'a row of a device that does not exist': {
    breaks: ['unaltered'],
    inject(story, pick) {
      story.deliveries.push({ ...pick(story.deliveries), device: 'machine-99' });
    },
  },
  'a row that cannot be read': {
    breaks: ['unaltered'],
    inject: (story) => void story.events.unshift({ kind: 'unreadable-row', atMicros: 9 * S, row: '{}', why: 'no field n' }),
  },
  'two neighbours swap their stamps': {
    breaks: ['in-order'],
    inject(story, pick) {
      const victim = pick(liveRows(story).filter((row) => next(story, row)));
      const neighbour = next(story, victim)!;
      [victim.stampMicros, neighbour.stampMicros] = [neighbour.stampMicros, victim.stampMicros];
    },
  },
  'the last stamp of a device is a second late': {
    breaks: ['true-time'],
    inject: (story, pick) => void (lastOf(story, pick(story.deliveries).device).stampMicros += S),
  },
  'every stamp from one on is 400 ms late': {
    breaks: ['true-time'],
    inject(story, pick) {
      const from = pick(liveRows(story));
      for (const row of story.deliveries) if (row.device === from.device && row.n >= from.n) row.stampMicros += 400_000;
    },
  },
  'a stamp is missing': {
    breaks: ['true-time'],
    inject: (story, pick) => void (pick(story.deliveries).stampMicros = NaN),
  },
  'a declared gap is cut in half': {
    breaks: ['gaps-declared'],
    inject(story, pick) {
      const gap = pick(gapsOf(story));
      if (gap.fromMicros % 2) gap.toMicros -= (gap.toMicros - gap.fromMicros) / 2;
      else gap.fromMicros += (gap.toMicros - gap.fromMicros) / 2;
    },
  },
  'a declared gap is forgotten': {
    breaks: ['gaps-declared'],
    inject: (story, pick) => void remove(story.events, pick(gapsOf(story))),
  },
  'a declared gap goes on too long': {
    breaks: ['gaps-true'],
    inject: (story, pick) => void (pick(gapsOf(story)).toMicros += 600_000),
  },
  'a declared gap begins too early': {
    breaks: ['gaps-true'],
    inject: (story, pick) => void (pick(gapsOf(story)).fromMicros -= 600_000),
  },
  'a gap is never ended': {
    breaks: ['gaps-true'],
    inject: (story, pick) => void (pick(gapsOf(story)).toMicros = Infinity),
  },
  'a gap is declared where nothing is missing': {
    breaks: ['gaps-true'],
    inject(story, pick) {
      const { device, atMicros } = pick(liveReadings(story).filter((it) => it.atMicros < OUTAGE_FROM));
      story.events.push({ kind: 'gap', atMicros, device, fromMicros: atMicros + 10_000, toMicros: atMicros + 60_000 });
    },
  },
  'a gap is declared for a device that does not exist': {
    breaks: ['gaps-true'],
    inject: (story) => void story.events.push({ kind: 'gap', atMicros: 5 * S, device: 'machine-99', fromMicros: 4 * S, toMicros: 5 * S }),
  },
  'a device is seen again too late': {
    breaks: ['recovers'],
    inject(story, pick, options) {
      const { device } = pick(liveRows(story));
      const { healed } = momentsOf(options);
      for (const row of rowsOf(story, device)) if ((truthOf(story, row)?.atMicros ?? 0) > healed) row.seenAtMicros = healed + 16 * S;
    },
  },
  'one reading of the backlog comes after the claimed drain': {
    breaks: ['drains'],
    inject(story, pick, options) {
      const { healed } = momentsOf(options);
      pick(backlogRows(story, options)).seenAtMicros = healed + 31 * S;
    },
  },
  'the backlog trickles in': {
    breaks: ['drains'],
    inject(story, _pick, options) {
      const { healed } = momentsOf(options);
      const rows = backlogRows(story, options);
      rows.forEach((row, i) => (row.seenAtMicros = healed + ((i + 1) / rows.length) * 29 * S));
    },
  },
  'a node does not serve at the end': {
    breaks: ['returns-unaided'],
    inject: (story) => insertBeforeJudge(story, { kind: 'node', node: 'ingest', state: 'unreachable', atMicros: momentOfJudge(story) }),
  },
  'a node exits by itself': {
    breaks: ['returns-unaided'],
    inject: (story) => void story.events.splice(5, 0, { kind: 'node', node: 'gateway', state: 'exited', atMicros: 5 * S }),
  },
};

/** Well inside the window and away from everything that happens: nothing else is missing near them. */
function liveReadings({ readings }: Story): Reading[] {
  return readings.filter(({ atMicros }) => atMicros > 1.3 * S && atMicros < OUTAGE_FROM - 0.3 * S);
}

function liveRows(story: Story): Delivery[] {
  const live = liveReadings(story);
  return story.deliveries.filter((row) => live.some((it) => sameReading(it, row)));
}

function backlogRows(story: Story, options: StoryOptions): Delivery[] {
  const { healed } = momentsOf(options);
  return story.deliveries.filter((row) => {
    const atMicros = truthOf(story, row)?.atMicros ?? 0;
    return atMicros > OUTAGE_FROM && atMicros < healed - S;
  });
}

function rowsOf(story: Story, device: string): Delivery[] {
  return story.deliveries.filter((row) => row.device === device);
}

function lastOf(story: Story, device: string): Delivery {
  return rowsOf(story, device).reduce((last, row) => (row.n > last.n ? row : last));
}

function next(story: Story, { device, n }: Delivery): Delivery | undefined {
  return liveRows(story).find((row) => row.device === device && row.n === n + 1);
}

function truthOf({ readings }: Story, row: Delivery): Reading | undefined {
  return readings.find((reading) => sameReading(reading, row));
}

function sameReading(a: { device: string; n: number }, b: { device: string; n: number }): boolean {
  return a.device === b.device && a.n === b.n;
}

function gapsOf({ events }: Story) {
  return events.filter((event): event is HistoryEvent & { kind: 'gap' } => event.kind === 'gap');
}

function momentOfJudge({ events }: Story): number {
  return events.at(-1)!.atMicros;
}

function insertBeforeJudge(story: Story, event: HistoryEvent): void {
  story.events.splice(-1, 0, event);
}

function remove<T>(from: T[], item: T): void {
  from.splice(from.indexOf(item), 1);
}
