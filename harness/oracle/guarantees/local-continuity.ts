import type { HistoryEvent } from '../../../simulator/recorder.ts';
import type { Account } from '../account.ts';
import type { Doubts } from '../doubts.ts';
import { HALF } from '../evidence-share.ts';
import { broken, held, unavailable, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { stallFelt, stoodIn, type Stalls } from '../stalls.ts';
import { Victims } from '../victims.ts';
import { count, duration, toMs } from '../words.ts';

/** How much longer than before the failures a cycle may take: what a busy host adds is no fault of the pipeline. */
const PAUSE_FACTOR = 2;
const PAUSE_SLACK_MICROS = 250_000;
const STORM_PER_SECOND = 10;

export const localContinuity: Guarantee = {
  id: 'local-continuity',
  promise: 'The machine never notices',
  definition:
    "The machines' own control loops keep their cycle: from the first failure on, no cycle is longer than twice the longest before it plus 250 ms, " +
    'less what the harness, in whose process the simulated machines live, recorded that it stood still itself meanwhile. ' +
    `Nobody writes to a control register (the siren's coil is free), and no machine is connected to more than ${STORM_PER_SECOND} times within one second.`,
  evidence: 'At least half of the seconds recorded since the first failure can be judged, since the harness did not stand still itself in them.',
  cause:
    'The control logic waits for the gateway or the cloud, a poller without back-off reconnects as fast as it is refused and uses up the few connections that a PLC has, ' +
    'or a "test write" or watchdog register of the integration is one that the machine acts on.',
  fix: 'Keep control local and read-only from outside; reconnect with back-off and one connection per machine; let the machine decide what it does when nobody listens.',
  withoutOutlet: true,
  timed: true,
  check,
};

type Event<K extends HistoryEvent['kind']> = Extract<HistoryEvent, { kind: K }>;

function check({ history, timeline, stalls }: Account, doubts: Doubts) {
  const from = timeline.firstFaultMicros;
  if (from === undefined) return vacuous('No failure was applied, so there was nothing to notice');
  const cycles = history.events.filter((event) => event.kind === 'cycle');
  if (cycles.length === 0) return unavailable('The machines of this run did not record their control loops', 'Use a plant whose machines record their cycles');

  const victims = new Victims();
  const { longest, excused } = addLongCycles(cycles, stalls, from, victims);
  const seconds = cycles.filter(({ atMicros }) => atMicros >= from).length;
  const broke = { longCycles: victims.total, writes: 0, storms: 0 };
  for (const { atMicros, device, register, value } of history.events.filter((event) => event.kind === 'write')) {
    broke.writes++;
    victims.add(atMicros, () => ({ atMicros, device, what: `somebody wrote ${value} to ${register}` }));
  }
  broke.storms = addStorms(history.events, stalls, victims, doubts);
  const numbers = { controlLoops: new Set(cycles.map(({ device }) => device)).size, longestCycleMs: toMs(longest), ...broke, ...(excused > 0 ? { secondsOfHostStall: excused } : {}) };
  if (victims.total === 0) return held(`${count(numbers.controlLoops, 'control loop')} kept ${numbers.controlLoops === 1 ? 'its' : 'their'} cycle (at most ${duration(longest)}), no register was written, no connection storm`, numbers,
    { seen: seconds - excused, possible: seconds, floor: HALF, what: 'recorded seconds of the control loops can be judged', fix: 'Run it on a machine with less other work: the harness stood still itself in the others' });
  const parts = [
    broke.longCycles && count(broke.longCycles, 'second with a cycle that is too long', 'seconds with a cycle that is too long'),
    broke.writes && count(broke.writes, 'write to a control register', 'writes to control registers'),
    broke.storms && count(broke.storms, 'connection storm'),
  ];
  return broken(`${parts.filter(Boolean).join(', ')}; first: ${victims.oldest[0]!.device}: ${victims.oldest[0]!.what}`, numbers, victims);
}

/** Returns the longest cycle since the first failure that is not the host's doing, and how many were. */
function addLongCycles(cycles: Event<'cycle'>[], stalls: Stalls, from: number, victims: Victims): { longest: number; excused: number } {
  const usual = new Map<string, number>();
  for (const { atMicros, device, longestMicros } of cycles) if (atMicros < from) usual.set(device, Math.max(usual.get(device) ?? 0, longestMicros));
  let longest = 0;
  let excused = 0;
  for (const { atMicros, device, longestMicros } of cycles) {
    if (atMicros < from) continue;
    const before = usual.get(device) ?? 0;
    const allowed = before * PAUSE_FACTOR + PAUSE_SLACK_MICROS;
    if (longestMicros > allowed && longestMicros - stoodMeanwhile(stalls, atMicros, longestMicros) <= allowed) {
      excused++;
      continue;
    }
    longest = Math.max(longest, longestMicros);
    if (longestMicros > allowed) {
      victims.add(atMicros, () => ({ atMicros, device, what: `its control loop stood still for ${duration(longestMicros)}, before the failures at most ${duration(before)}` }));
    }
  }
  return { longest, excused };
}

/** A cycle event tells of the second before it, and of a cycle that may have begun before that. */
function stoodMeanwhile(stalls: Stalls, atMicros: number, longestMicros: number): number {
  return stoodIn(stalls, atMicros - 1_100_000 - longestMicros, atMicros);
}

/** A storm is one for as long as it lasts; returns how many there were. Who was kept waiting by the harness comes all at once afterwards. */
function addStorms(events: HistoryEvent[], stalls: Stalls, victims: Victims, doubts: Doubts): number {
  const opened = events.filter((event): event is Event<'connection'> => event.kind === 'connection' && event.state === 'opened');
  let storms = 0;
  for (const [device, own] of Map.groupBy(opened, (event) => event.device)) {
    let [counted, doubt]: [boolean, string | undefined] = [false, undefined];
    for (const [i, { atMicros }] of own.entries()) {
      const first = own[i - STORM_PER_SECOND];
      if (first === undefined || atMicros - first.atMicros >= 1_000_000) {
        if (!counted) doubts.add(doubt);
        [counted, doubt] = [false, undefined];
        continue;
      }
      const why = stallFelt({ ...stalls, starved: [] }, first.atMicros, atMicros);
      doubt ??= why;
      if (counted || why !== undefined) continue;
      counted = true;
      storms++;
      victims.add(first.atMicros, () => ({ atMicros: first.atMicros, device, what: `connected to more than ${STORM_PER_SECOND} times within a second` }));
    }
    if (!counted) doubts.add(doubt);
  }
  return storms;
}
