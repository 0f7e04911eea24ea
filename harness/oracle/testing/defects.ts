import { SAID_DEFECTS } from './said-defects.ts';
import { momentsOf, type Story, type StoryOptions } from './story.ts';
import {
  backlogRows, declareGap, gapsOf, lastOf, liveReadings, liveRows, next, remove, rowsMade, sensorRows, truthOf,
} from './victims-of.ts';

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
      declareGap(story, victim.device, at - 5_000, at + 5_000);
    },
  },
  'a row is doubled': {
    breaks: ['no-duplicates'],
    inject(story, pick) {
      story.deliveries.push({ ...pick(sensorRows(story)), seenAtMicros: 40 * S });
    },
  },
  'a value is altered in its last bit': {
    breaks: ['unaltered'],
    inject(story, pick) {
      const victim = pick(sensorRows(story));
      const bits = new Int32Array(Float32Array.of(victim.value).buffer);
      bits[0]! ^= 1;
      victim.value = new Float32Array(bits.buffer)[0]!;
    },
  },
  'a field is altered': {
    breaks: ['unaltered'],
    inject: (story, pick) => void (pick(sensorRows(story)).counter! += 1),
  },
  'a field is missing': {
    breaks: ['unaltered'],
    inject: (story, pick) => void (pick(sensorRows(story)).state = undefined),
  },
  'a row of a reading that was never made': {
    breaks: ['unaltered'],
    inject(story, pick) {
      story.deliveries.push({ ...pick(sensorRows(story)), n: 4_294_967_295 });
    },
  },
  'a row of a device that does not exist': {
    breaks: ['unaltered'],
    inject(story, pick) {
      story.deliveries.push({ ...pick(sensorRows(story)), device: 'machine-99' });
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
    inject: (story, pick) => void (lastOf(story, pick(sensorRows(story)).device).stampMicros += S),
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
    inject: (story, pick) => void (pick(sensorRows(story)).stampMicros = NaN),
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
      const { device, atMicros } = pick(liveReadings(story));
      declareGap(story, device, atMicros + 10_000, atMicros + 60_000);
    },
  },
  'a gap is declared for a device that does not exist': {
    breaks: ['gaps-true'],
    inject: (story) => declareGap(story, 'machine-99', 4 * S, 5 * S),
  },
  // All three are true of it: its screen is behind for 16 s, and meanwhile the pipeline says that all is well.
  'a device is seen again too late': {
    breaks: ['recovers', 'live-first', 'stale-shown'],
    inject(story, pick, options) {
      const { device } = pick(liveRows(story));
      const { healed } = momentsOf(options);
      for (const row of rowsMade(story, healed, Infinity)) if (row.device === device) row.seenAtMicros = healed + 16 * S;
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
  'live data waits behind the backlog': {
    breaks: ['live-first'],
    inject(story, pick, options) {
      const { healed } = momentsOf(options);
      pick(rowsMade(story, healed + 0.6 * S, healed + 0.85 * S)).seenAtMicros = healed + 4 * S;
    },
  },
  'the buffer is full after a second': {
    breaks: ['no-loss', 'capacity'],
    inject(story, pick, options) {
      const { firstFrom, firstTo } = momentsOf(options);
      const { device } = pick(liveRows(story));
      for (const row of rowsMade(story, firstFrom + S, firstTo)) if (row.device === device) remove(story.deliveries, row);
      declareGap(story, device, firstFrom + S, firstTo);
    },
  },
  'what was not synced is gone': {
    breaks: ['no-loss', 'power-safe'],
    inject(story, pick, options) {
      const { cutFrom } = momentsOf(options);
      const { device } = pick(liveRows(story));
      for (const row of rowsMade(story, cutFrom - 0.4 * S, cutFrom)) if (row.device === device) remove(story.deliveries, row);
      declareGap(story, device, cutFrom - 0.5 * S, cutFrom);
    },
  },
  ...SAID_DEFECTS,
};
