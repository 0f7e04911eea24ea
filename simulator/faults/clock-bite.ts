import { skewAt } from '../clock/skewable-clock.ts';
import type { ClockObservation, ClockUse, Skew, SkewableClock } from '../clock/skewable-clock.ts';
import type { Bite, FaultableNode, FaultKind } from './fault.ts';

/** How exactly a node's own look at its clock must agree with what was done to it. */
const AGREE_MICROS = 50_000;
/** Less than this cannot be told from the way in which a node looks at its clock. */
const VISIBLE_MICROS = 4000;

/** What these faults do not reach, for all of them. */
export const CLOCK_LIMITS =
  'On x86-64 Linux with Perl, every process of the node is told the skewed time by its vDSO, from its first instruction, ' +
  'whatever it is written in and however it is linked. Nothing is proven where one of them cannot be reached: a 32-bit program, ' +
  'one that may not be traced, one that asks the kernel by a system call of its own (seen where the clock source of the machine ' +
  'is tsc, kvm-clock or that of Hyper-V). Time stamps of files stay true, and so do waits for an absolute time of the wall ' +
  'clock, which the kernel compares with its own: after a jump back they end at once, after one ahead they last too long, ' +
  'unlike with a real clock; where a node was seen to wait like that, the report says so. The node is traced meanwhile: no ' +
  'debugger can attach to it, and without root its setuid programs run without their rights. ' +
  'Elsewhere, of Node.js programs the Date is skewed, but not their TLS; other programs are reached where libfaketime is ' +
  'installed, unless they are linked statically or written in Go, and time.sleep of Python 3.11 fails under it. ' +
  'Monotonic clocks stay true, as in reality.';

export const needsClock: NonNullable<FaultKind<'node'>['unavailable']> = ({ name, clock, clockObstacle }: FaultableNode) => {
  if (clock) return undefined;
  const fix = 'use Linux on x86-64 with perl; or say `runtime: node` if it is a Node.js program; or install libfaketime (Debian: apt install libfaketime)';
  return { reason: `the clock of ${name} cannot be skewed${clockObstacle ? `: ${clockObstacle.reason}` : ''}`, fix: clockObstacle?.fix ?? fix };
};

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

/**
 * It bit if any look at the clock would have been off as this skew, with all others, sets it off, in every process of the
 * node; where that cannot be read from its processes, if the node itself looked and found it so.
 */
export function clockBite(clock: SkewableClock, skew: Skew, sinceMicros: number): Bite {
  const { obstacle } = clock;
  if (obstacle !== undefined) return { proven: false, detail: obstacle, numbers: {} };
  const observed = clock.observations(sinceMicros);
  const use = clock.use?.(sinceMicros);
  const seen = provenBy(skew, observed).at(-1);
  if (!seen || (use && use.unreached.length > 0)) {
    const detail = use ? unreachedIn(use) : observed.length === 0 ? 'the node did not look at its clock meanwhile' : undefined;
    return { proven: false, detail: detail ?? 'the clock of the node was not found off as it should be', numbers: { looks: use?.looks ?? observed.length } };
  }
  const { offsetMicros, pid, atMicros, seenBy } = seen;
  const off = `${(offsetMicros / 1e6).toFixed(3)} s off`;
  return {
    proven: true,
    detail: use ? `${seenBy} is told a time ${off}; ${useInWords(use)}` : `${seenBy} found its clock ${off}`,
    numbers: { offsetMs: offsetMicros / 1000, seenAfterMs: (atMicros - sinceMicros) / 1000, pid, ...useInNumbers(use) },
  };
}

/** Why nothing can be proven of a node, as far as that is known. */
export function unreachedIn({ unreached, processes }: ClockUse): string | undefined {
  const [first, ...others] = unreached;
  if (first) return `not all of the node can be skewed: ${first}${others.length > 0 ? `, and ${others.length} more` : ''}`;
  return processes === 0 ? 'no process of the node ran meanwhile' : undefined;
}

export function useInWords({ looks, uncounted, kernelWaits }: ClockUse): string {
  const asked = looks > 0 ? `the node looked ${looks === 1 ? 'once' : `${looks} times`}` : uncounted > 0 ? 'it is not known to have looked' : 'the node never looked at its wall clock meanwhile';
  const short = uncounted > 0 ? `, and ${uncounted} of its programs ended before they could be asked` : '';
  const waits = kernelWaits.length > 0 ? `; it also waits for moments by the wall clock of the kernel, which stays true: ${kernelWaits.join(', ')}` : '';
  return asked + short + waits;
}

export function useInNumbers(use: ClockUse | undefined): Record<string, number> {
  return use ? { processes: use.processes, looks: use.looks, uncounted: use.uncounted, kernelWaits: use.kernelWaits.length } : {};
}
