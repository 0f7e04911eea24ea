import type { z } from 'zod';
import type { RunClock } from '../run-clock.ts';
import type { Broker } from '../broker/broker.ts';
import type { Link } from '../links/link.ts';
import type { SkewableClock } from '../clock/skewable-clock.ts';
import type { SntpServer } from '../clock/sntp-server.ts';
import type { VolatileDisk } from '../disk/volatile-disk.ts';
import type { FamilyMember } from '../process-family.ts';

export type FaultFamily =
  | 'link' | 'power' | 'process' | 'disk' | 'clock' | 'device' | 'broker' | 'service' | 'access';

/** The proof that a fault really happened to its target, in one sentence and in numbers with units in their names. */
export interface Bite {
  proven: boolean;
  detail: string;
  numbers: Record<string, number>;
}

/** A fault in force. `heal` may be called more than once, in any order with others, and after the target died. */
export interface ActiveFault {
  /**
   * Ends the fault and resolves once the target is verifiably free of it: to when that was, where the fault outlasts the
   * call because what it has begun must run its course.
   */
  heal(): Promise<void | { endedAtMicros: number }>;
  /** What the fault did to its target so far, measured at the target or outside it, never assumed. */
  bite(): Promise<Bite> | Bite;
}

/** What a fault on a node may do to it. The harness's node drivers implement it. */
export interface FaultableNode {
  readonly name: string;
  /** The process that was started, the leader of all others of it; undefined while the node is down. */
  readonly pid: number | undefined;
  /** Every process of it that is alive, daemonised ones included; undefined where this machine does not tell. */
  processes?(): FamilyMember[] | undefined;
  /** How the process that was the leader last has ended, where that can be known; undefined while it is up. */
  readonly exit?: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  /** Undefined where the node's clock cannot be skewed. */
  readonly clock: SkewableClock | undefined;
  /** Why it cannot, where that was found out. */
  readonly clockObstacle?: { reason: string; fix: string } | undefined;
  /** The disk that its `${folder}` lies on; undefined where that is an ordinary folder of this machine. */
  readonly disk?: VolatileDisk | undefined;
  /** Why it could not be given such a disk, where one was asked for. */
  readonly diskObstacle?: { reason: string; fix: string } | undefined;
  /**
   * SIGSTOP to every process of it; resolves once all of them are stopped, to what lets it go on. Of several pauses the
   * one that is taken back last lets it go on; one that its node did not survive is over. Rejects while it is down.
   */
  pause?(): Promise<() => Promise<void>>;
  /** SIGTERM to every process of it, SIGKILL to what is left after the grace; resolves once all are gone. */
  stop?(graceMs: number): Promise<void>;
  /** Takes its power away: until every such call is taken back by what it returns, `boot` does nothing. */
  unplug?(): () => void;
  /** SIGKILL to every process of it, at once; resolves once all are gone. */
  kill(): Promise<void>;
  /** Starts it again and resolves once its readiness check passes; does nothing while it is up or has no power. */
  boot(): Promise<void>;
}

/** Everything a fault can be aimed at. */
export interface FaultTargets {
  link: Link;
  node: FaultableNode;
  broker: Broker;
  'time-server': SntpServer;
}

export interface FaultContext {
  clock: RunClock;
  /** A seeded random number in [0, 1) of this fault's own stream. */
  random: () => number;
  /** How many readings the pipeline has taken that are not at the outlet yet; undefined where nobody counts. */
  backlog?: () => number;
  /** Aborted when the run is given up: a heal waits for nothing then. */
  signal?: AbortSignal;
}

/**
 * One kind of failure. A file of this folder holds one, and `registry.ts` lists them all.
 * `params` is what a scenario may say besides fault, target, at and for; unknown keys are refused by the schema.
 */
export interface FaultKind<Target extends keyof FaultTargets = keyof FaultTargets, Params = any> {
  kind: string;
  family: FaultFamily;
  target: Target;
  /** One sentence for `--help`, the docs and the report. */
  summary: string;
  /** What a userland harness cannot reproduce of the real failure; shown in the docs. */
  limits?: string;
  params: z.ZodType<Params>;
  /** It is over as soon as it has happened: a scenario need not say `for`. */
  instant?: true;
  /** Its node's `${folder}` has to lie on a volatile disk: the harness mounts one for a scenario with such a fault. */
  onDisk?: true;
  /** Undefined if it can be applied to this target like this; otherwise why not, and what would make it possible. */
  unavailable?(target: FaultTargets[Target], params?: Params): { reason: string; fix: string } | undefined;
  apply(target: FaultTargets[Target], params: Params, context: FaultContext): Promise<ActiveFault>;
}
