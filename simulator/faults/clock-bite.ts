import { skewAt } from '../clock/skewable-clock.ts';
import type { ClockObservation, Skew, SkewableClock } from '../clock/skewable-clock.ts';
import type { Bite, FaultableNode, FaultKind } from './fault.ts';

/** How exactly a node's own look at its clock must agree with what was done to it. */
const AGREE_MICROS = 50_000;
/** Less than this cannot be told from the way in which a node looks at its clock. */
const VISIBLE_MICROS = 4000;

/** What these faults do not reach, for all of them. */
export const CLOCK_LIMITS =
  'Of Node.js programs the Date is skewed, in worker threads and child processes too; not the time stamps of files, not the ' +
  'clock of SQLite, not the contexts of node:vm that bring their own Date. Other programs are reached where libfaketime is ' +
  'installed, unless they are linked statically. Monotonic clocks stay true, as in reality.';

export const needsClock: NonNullable<FaultKind<'node'>['unavailable']> = (node: FaultableNode) =>
  node.clock ? undefined : { reason: `the clock of ${node.name} cannot be skewed`, fix: 'say `runtime: node` if it is a Node.js program; for any other, install libfaketime (Debian: apt install libfaketime)' };

export function clockOf(node: FaultableNode): SkewableClock {
  if (!node.clock) throw new Error(`the clock of ${node.name} cannot be skewed`);
  return node.clock;
}

/** What the node found that is as it should be, and of which this skew is a part that can be seen. */
export function provenBy(skew: Skew, observed: ClockObservation[]): ClockObservation[] {
  return observed.filter(({ offsetMicros, expectedMicros, atMicros }) => {
    const partMicros = Math.abs(skewAt(skew, atMicros));
    return partMicros >= VISIBLE_MICROS && agrees({ offsetMicros, expectedMicros }, Math.min(AGREE_MICROS, partMicros / 2));
  });
}

export function agrees({ offsetMicros, expectedMicros }: Pick<ClockObservation, 'offsetMicros' | 'expectedMicros'>, withinMicros = AGREE_MICROS): boolean {
  return Math.abs(offsetMicros - expectedMicros) < withinMicros;
}

/** It bit if the node itself found its clock off as this skew, with all others, sets it off. */
export function clockBite(clock: SkewableClock, skew: Skew, sinceMicros: number): Bite {
  const observed = clock.observations(sinceMicros);
  const seen = provenBy(skew, observed).at(-1);
  if (!seen) {
    const detail = observed.length === 0 ? 'the node did not look at its clock meanwhile' : 'the node found its clock not off as it should be';
    return { proven: false, detail, numbers: { looks: observed.length } };
  }
  const { offsetMicros, pid, atMicros, seenBy } = seen;
  return {
    proven: true,
    detail: `${seenBy} found its clock ${(offsetMicros / 1e6).toFixed(3)} s off`,
    numbers: { offsetMs: offsetMicros / 1000, seenAfterMs: (atMicros - sinceMicros) / 1000, pid },
  };
}
