import type { Recorder } from '../recorder.ts';
import type { RunClock } from '../run-clock.ts';
import { MS_PER_PIECE } from './control-loop.ts';
import { Handover } from './handover.ts';
import { startMachine } from './machine.ts';
import type { Watermark } from './register-map.ts';
import { signalOf } from './signal.ts';
import { LOW, machineStarts } from './start.ts';
import type { StartOptions } from './start.ts';

export interface PlantOptions {
  /** How many; they are called `machine-1`, `machine-2` ... */
  machines: number;
  seed: number;
  watermark: Watermark;
  /** Where the machines' numbers start; as on new machines, if left out. */
  start?: StartOptions & { periodMs: number };
  /** How long the pipeline's client waits for an answer, where the pipeline says so. */
  pollTimeoutMs?: number | undefined;
  clock: RunClock;
  recorder: Recorder;
}

export interface Plant extends AsyncDisposable {
  /** Also the targets for a link to the plant: one port on 127.0.0.1 per machine. */
  readonly machines: { name: string; port: number }[];
  /** Every link to the plant needs `handover.observe(its name)` as its observer, or its readings stay indeterminate. */
  readonly handover: Handover;
  /** Stops the machines and settles what is open, after which every reading is recorded. May be called again. */
  stop(): Promise<void>;
}

/** Starts the machines, each with a control loop and a Modbus TCP server of its own. */
export async function startPlant({ machines: count, seed, watermark, start, pollTimeoutMs, clock, recorder }: PlantOptions): Promise<Plant> {
  await using resources = new AsyncDisposableStack();
  const handover = resources.adopt(new Handover({ clock, recorder, watermark, pollTimeoutMs }), (it) => it.close());
  const starts = start && machineStarts(start, { machines: count, seed, periodMs: start.periodMs, msPerPiece: MS_PER_PIECE });
  const machines: Plant['machines'] = [];
  for (let number = 1; number <= count; number++) {
    const name = `machine-${number}`;
    const signal = signalOf(seed, name);
    const latched = handover.latched.bind(handover);
    const machine = resources.use(await startMachine({ name, signal, start: starts?.[number - 1] ?? LOW, watermark, clock, recorder, latched }));
    machines.push({ name, port: machine.port });
  }
  const running = resources.move();
  const stop = () => running.disposeAsync();
  return { machines, handover, stop, [Symbol.asyncDispose]: stop };
}
