import { randomStream } from '../random.ts';

/** Where the numbers of one machine stand when it begins to be read. */
export interface MachineStart {
  /** Of its first reading. */
  number: number;
  counter: number;
  uptimeMs: number;
}

/**
 * Where a number of the machines starts: `low` as a new machine does; `mixed`, of three machines one just below 2^16 and
 * one just below 2^24; `near-edges`, every machine just below one of its edges; or at this very number.
 */
export type StartAt = 'low' | 'mixed' | 'near-edges' | number;

export interface StartOptions {
  number: StartAt;
  counter: StartAt;
  uptime: StartAt;
}

/** What a number is on a machine that was never read before. */
export const LOW: MachineStart = { number: 1, counter: 0, uptimeMs: 0 };

/** No number of a machine starts above this: the number and the counter must not wrap within a run, or a reading had no name. */
export const HIGHEST_START = 2 ** 32 - 2 ** 24;

/** Where integers of the field break: a signed and an unsigned 16-bit register, the whole numbers of a float32, a signed 32-bit integer. */
const EDGES = [2 ** 15, 2 ** 16, 2 ** 24, 2 ** 31];
/** An uptime in ms wraps after 49.7 days, as it does in a real machine. */
const UPTIME_EDGES = [2 ** 16, 2 ** 24, 2 ** 31, 2 ** 32];
const MIXED = [2 ** 16, 2 ** 24, undefined];

/** An edge is crossed so long after the machine is first read, or the plant is started: while failures happen, in most scenarios. */
const CROSSED_AFTER_MS = { number: { least: 3000, most: 6000 }, sinceStart: { least: 5000, most: 9000 } };
const LEAST_READINGS = 3;
const MOST_READINGS = 1000;

/** Seed and place of the machine alone decide. `msPerPiece`: how long the machine takes for one step of its counter. */
export function machineStarts(
  { number, counter, uptime }: StartOptions,
  { machines, seed, periodMs, msPerPiece }: { machines: number; seed: number; periodMs: number; msPerPiece: number },
): MachineStart[] {
  const readings = starts('number', number, LOW.number, EDGES, (random) =>
    Math.min(MOST_READINGS, Math.max(LEAST_READINGS, Math.round(within(CROSSED_AFTER_MS.number, random) / periodMs))));
  const pieces = starts('counter', counter, LOW.counter, EDGES, (random) => Math.round(within(CROSSED_AFTER_MS.sinceStart, random) / msPerPiece));
  const uptimes = starts('uptime', uptime, LOW.uptimeMs, UPTIME_EDGES, (random) => Math.round(within(CROSSED_AFTER_MS.sinceStart, random)));
  return Array.from({ length: machines }, (_, machine) => ({ number: readings(machine, seed), counter: pieces(machine, seed), uptimeMs: uptimes(machine, seed) }));
}

function starts(name: string, at: StartAt, low: number, edges: readonly number[], distance: (random: () => number) => number) {
  return (machine: number, seed: number): number => {
    if (typeof at === 'number') return at;
    if (at === 'low') return low;
    const cycle = at === 'mixed' ? MIXED : edges;
    const turn = Math.floor(randomStream(seed, `start/${name}`)() * cycle.length);
    const edge = cycle[(machine + turn) % cycle.length];
    return edge === undefined ? low : edge - distance(randomStream(seed, `start/${name}/${machine}`));
  };
}

function within({ least, most }: { least: number; most: number }, random: () => number): number {
  return least + random() * (most - least);
}
