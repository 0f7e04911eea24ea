import type { ActiveFault, FaultContext, FaultKind, FaultTargets } from '../../simulator/faults/fault.ts';
import { faultKind } from '../../simulator/faults/registry.ts';
import { randomStream } from '../../simulator/random.ts';
import type { Recorder } from '../../simulator/recorder.ts';
import type { RunClock } from '../../simulator/run-clock.ts';
import type { PlannedFault } from '../../scenarios/schema/scenario.ts';
import type { Progress } from './progress.ts';
import { reach, wordsOf } from './progress-point.ts';
import type { ProgressWorld } from './progress-point.ts';
import { pause } from './wait.ts';

export interface TimelineSetup {
  plan: readonly PlannedFault[];
  /** The link or node of this name, by what the fault's kind is aimed at. */
  target<Kind extends keyof FaultTargets>(kind: Kind, name: string): FaultTargets[Kind];
  clock: RunClock;
  seed: number;
  /** How far the run has come, in readings. */
  flow: ProgressWorld['flow'];
  recorder: Recorder;
  progress: Progress;
  signal: AbortSignal;
}

/**
 * Applies each fault at its time and heals it when its time is over, every one on its own.
 * Whatever happens, in the end every fault that was applied has been healed.
 */
export class Timeline {
  readonly #setup: TimelineSetup;
  /** Settled once the fault at this place of the plan is over. */
  readonly #over: PromiseWithResolvers<void>[];
  readonly #active = new Map<string, { planned: PlannedFault; fault: ActiveFault; bitten: boolean }>();

  constructor(setup: TimelineSetup) {
    this.#setup = setup;
    this.#over = setup.plan.map(() => Promise.withResolvers());
  }

  /** Ids of the faults in force. */
  get activeFaults(): string[] {
    return [...this.#active.keys()];
  }

  /** Runs the whole plan from now; resolves when the last fault is over. Rejects when the signal is aborted. */
  async play(): Promise<void> {
    const startMs = performance.now();
    await Promise.all(
      this.#setup.plan.map(async (planned, index) => {
        const { signal } = this.#setup;
        const beginMs = await this.#begin(planned, startMs);
        if (beginMs !== undefined) {
          await this.#apply(planned);
          await pause(beginMs + planned.forMs - performance.now(), signal);
          await this.#heal(planned.id);
        }
        this.#over[index]!.resolve();
      }),
    );
  }

  /** Waits for its time or its point of progress. Resolves to when that was; undefined if it never came. */
  async #begin({ id, atMs, after }: PlannedFault, startMs: number): Promise<number | undefined> {
    const { signal, flow } = this.#setup;
    if (after === undefined) {
      await pause(startMs + atMs - performance.now(), signal);
      return startMs + atMs;
    }
    if (after.since !== undefined) await this.#over[after.since - 1]!.promise;
    const link = (name: string) => this.#setup.target('link', name);
    if (await reach(after, { flow, link, signal })) return performance.now();
    this.#record(id, 'failed', `its moment never came: after ${wordsOf(after)}`);
    return undefined;
  }

  /** Heals what is still in force, latest first. */
  async healAll(): Promise<void> {
    for (const id of this.activeFaults.toReversed()) await this.#heal(id);
  }

  async #apply(planned: PlannedFault): Promise<void> {
    const kind: FaultKind = faultKind(planned.kind)!;
    const target = this.#setup.target(kind.target, planned.target);
    const unavailable = kind.unavailable?.(target, planned.params);
    if (unavailable) {
      this.#record(planned.id, 'failed', unavailable.reason);
      const what = `${planned.kind} on ${planned.target}`;
      this.#setup.recorder.event({ atMicros: this.#setup.clock.nowMicros(), kind: 'not-tested', what, ...unavailable });
      return;
    }
    const { clock, seed, flow, signal } = this.#setup;
    const context: FaultContext = { clock, random: randomStream(seed, planned.id), backlog: () => flow.backlog, signal };
    const appliedAtMicros = this.#setup.clock.nowMicros();
    try {
      const fault = await kind.apply(target, planned.params, context);
      this.#active.set(planned.id, { planned, fault, bitten: false });
      this.#record(planned.id, 'applied', `${planned.kind} on ${planned.target}`, { atMicros: appliedAtMicros });
    } catch (error) {
      this.#record(planned.id, 'failed', `could not be applied: ${(error as Error).message}`);
    }
  }

  async #heal(id: string): Promise<void> {
    const active = this.#active.get(id);
    if (!active) return;
    this.#active.delete(id);
    await this.#recordBite(active);
    const healedAtMicros = this.#setup.clock.nowMicros();
    try {
      const ended = await active.fault.heal();
      this.#record(id, 'healed', `${active.planned.target} is free again`, { atMicros: ended?.endedAtMicros ?? healedAtMicros });
    } catch (error) {
      // A node that does not come back is the pipeline's failure and not the fault's: its power is back.
      const isNode = faultKind(active.planned.kind)!.target === 'node';
      const detail = `ended, but ${(error as Error).message}`;
      this.#record(id, isNode ? 'healed' : 'failed', detail, { atMicros: healedAtMicros });
    }
    const without = await this.#recordBite(active);
    if (without !== undefined) this.#record(id, 'unproven', without);
  }

  /** Some bites show only once the fault is over; whichever proof comes first counts. Resolves to why there is none yet. */
  async #recordBite(active: { planned: PlannedFault; fault: ActiveFault; bitten: boolean }): Promise<string | undefined> {
    if (active.bitten) return undefined;
    const bite = await active.fault.bite();
    if (!bite.proven) return bite.detail;
    active.bitten = true;
    this.#record(active.planned.id, 'bit', bite.detail, { numbers: bite.numbers });
    return undefined;
  }

  #record(
    fault: string,
    action: 'applied' | 'bit' | 'unproven' | 'healed' | 'failed',
    detail: string,
    extra: { atMicros?: number; numbers?: Record<string, number> } = {},
  ): void {
    const atMicros = extra.atMicros ?? this.#setup.clock.nowMicros();
    this.#setup.recorder.event({ kind: 'fault', atMicros, fault, action, detail, ...(extra.numbers ? { numbers: extra.numbers } : {}) });
    if (action !== 'bit' && action !== 'unproven') this.#setup.progress.fault(fault, action, detail);
  }
}
