import type { ChildProcess, SpawnOptions } from 'node:child_process';

/** A part of what sets a clock off: an amount, and a rate at which it grows. */
export interface Skew {
  offsetMicros: number;
  /** Microseconds gained per microsecond: 0.001 gains 3.6 s an hour, -1 stands still. */
  rate: number;
  /** Run time from which the rate counts. */
  sinceMicros: number;
}

/** What a process of the node was told by its clock, compared with the truth. */
export interface ClockObservation {
  /** How far its wall clock was ahead of this machine's, to about a millisecond. Measured, not what was asked for. */
  offsetMicros: number;
  /** How far all the skews that were imposed at that moment should have set it off. */
  expectedMicros: number;
  pid: number;
  /** Run time of the observation. */
  atMicros: number;
  /** Who found it, as the subject of a sentence. */
  seenBy: string;
}

/** What is known of how the processes of a node use their clock, where that can be seen from outside. */
export interface ClockUse {
  /** Processes of the node that were told the skewed time, or would have been. */
  processes: number;
  /** How often they looked, as far as they could be asked; a few more where their threads look at once. */
  looks: number;
  /** Programs that ended, or made way for another, before they could be asked whether they looked. */
  uncounted: number;
  /** Processes whose clock cannot be skewed, and why, in words. */
  unreached: string[];
  /** How they wait for moments by the wall clock of the kernel, which is not skewed, in words. */
  kernelWaits: string[];
}

/** A program that has been started. */
export interface Launch {
  child: ChildProcess;
  /** Resolves once the program itself runs; rejects as `spawn` fails, with `code`. */
  started: Promise<void>;
}

/** The wall clock of a node, which can be set off from the truth while the node runs, and stays so when it restarts. */
export interface SkewableClock {
  /** Sets it off, on top of what sets it off already; at once, whether the node is up or down. */
  impose(skew: Skew): void;
  /** Takes it back. Returns whether it was imposed. */
  lift(skew: Skew): boolean;
  /** How far it is set off now. */
  readonly offsetMicros: number;
  /** What the node itself found since this run time, oldest first; empty if it never looked, for instance because it was down. */
  observations(sinceMicros: number): ClockObservation[];
  /** Why nothing that it observes is proof, where that is so. */
  readonly obstacle?: string | undefined;
  /** Who looked since this run time. Where it is left out, only those are observed who looked. */
  use?(sinceMicros: number): ClockUse;
  /** What to add to this environment of a process of the node, where the clock needs that. */
  envOver?(environment: Record<string, string | undefined>): Record<string, string>;
  /**
   * Starts a program of the node, where a clock needs more for that than its environment. What is part of the node it
   * starts through `marked`; helpers of its own it does not.
   */
  launch?(command: readonly string[], options: SpawnOptions, marked?: <T>(start: () => T) => T): Launch;
  /** Calls this right before each start of the node from now on; returns what takes that back. */
  onBoot(listener: () => void): () => void;
  /** To be called right before each start of the node. */
  booting(): void;
}

/** How far a skew alone sets a clock off at a moment. */
export function skewAt({ offsetMicros, rate, sinceMicros }: Skew, atMicros: number): number {
  return offsetMicros + rate * (atMicros - sinceMicros);
}
