import { randomStream } from '../random.ts';
import type { PhaseName, Recorder } from '../recorder.ts';
import { applierOf } from './faults/registry.ts';
import type { ActiveFault } from './faults/active.ts';
import type { Parameters } from './parameters.ts';
import type { Course, PlannedFault } from './plan.ts';
import type { Protections } from './protections.ts';
import { checkNodes, watch } from './watch.ts';
import { buildWorld, NODE_NAMES, type World } from './world.ts';

/** Everything is up and data flows; the baseline begins. */
const START_MICROS = 2_000_000;
const STEP_MICROS = 250_000;
/** After the drain, for what is on its way. */
const LAST_WORDS_MICROS = 1_000_000;

export interface ModelRun {
  plan: readonly PlannedFault[];
  parameters: Parameters;
  protect: Protections;
  course: Course;
  seed: number;
  /** Who watches the drain as a harness does, from outside. Left out: the model looks into its own outbox, which costs nothing. */
  watcher?: DrainWatcher;
}

/** When a drain is over for somebody who sees only what is read and what arrives. */
export interface DrainWatcher {
  /** The plant need not go on: every device is live again, or had the time that was claimed. */
  mayFallSilent(nowMicros: number): boolean;
  isOver(nowMicros: number, window: { fromMicros: number; toMicros: number }): boolean;
}

export interface ModelOutcome {
  /** Virtual time that passed. */
  elapsedMicros: number;
  events: number;
  world: World;
}

/**
 * Runs a scenario in virtual time, through the same phases as a real run, and records the same things. The same run
 * records the same, byte for byte. A recorder has to copy the readings and rows that it is given: the model reuses them.
 *
 * @throws RangeError for a fault or a target that the model does not know.
 */
export function runModel({ plan, parameters, protect, course, seed, watcher }: ModelRun, recorder: Recorder): ModelOutcome {
  const world = buildWorld(parameters, protect, recorder, seed);
  const { loop } = world;
  const enter = (phase: PhaseName) => recorder.event({ kind: 'phase', atMicros: loop.nowMicros, phase });

  enter('start');
  for (const node of NODE_NAMES.toReversed()) {
    world.lives[node].boot();
    recorder.event({ kind: 'node', atMicros: 0, node, state: 'ready' });
  }
  watch(world, randomStream(seed, 'watch'));
  loop.runUntil(START_MICROS);
  enter('baseline');
  const baselineEndMicros = START_MICROS + course.baselineMs * 1000;
  const lastEndMicros = baselineEndMicros + Math.max(0, ...plan.map(({ atMs, forMs }) => atMs + forMs)) * 1000;
  if (parameters.alarmEveryMs > 0) world.alarms.raiseUntil(lastEndMicros + course.settleMs * 1000, parameters.alarmEveryMs * 1000);
  if (parameters.manualEveryMs > 0) world.people.typeUntil(lastEndMicros + course.settleMs * 500, parameters.manualEveryMs * 1000);
  const stillActive = scheduleFaults(world, plan, baselineEndMicros, seed);

  loop.runUntil(baselineEndMicros);
  enter('faults');
  loop.runUntil(lastEndMicros);
  enter('heal');
  while (stillActive.size > 0) loop.runUntil(loop.nowMicros + STEP_MICROS / 5);
  loop.runUntil(loop.nowMicros + course.settleMs * 1000);
  const toMicros = loop.nowMicros;

  enter('drain');
  const mayFallSilent = () => !course.quietDrain || !watcher || watcher.mayFallSilent(loop.nowMicros);
  while (!mayFallSilent()) loop.runUntil(loop.nowMicros + STEP_MICROS);
  const restart = course.quietDrain ? world.plant.names.map((_, d) => world.plant.trouble(d, 'silent')) : [];
  const deadlineMicros = toMicros + course.drainMs * 1000;
  const isOver = watcher
    ? () => watcher.isOver(loop.nowMicros, { fromMicros: START_MICROS, toMicros })
    : () => loop.nowMicros >= deadlineMicros || !holdsAnythingFrom(world, toMicros);
  while (!isOver()) loop.runUntil(loop.nowMicros + STEP_MICROS);
  loop.runUntil(loop.nowMicros + LAST_WORDS_MICROS);
  checkNodes(world);
  for (const undo of restart) undo();
  world.plant.close();
  enter('final-read');
  // All looks are alike: one event stands for the millions of a long run. The clock of the loop need not stand at a look.
  recorder.event({ kind: 'look', atMicros: loop.nowMicros, fromMicros: 0, of: 'readings', outcome: 'ok', everyMicros: parameters.outletLookMs * 1000 });
  recorder.event({ kind: 'window', atMicros: loop.nowMicros, fromMicros: START_MICROS, toMicros });
  enter('judge');
  return { elapsedMicros: loop.nowMicros, events: loop.happened, world };
}

/** Plans each fault's beginning and end; returns those that are not healed yet, to be looked at later. */
function scheduleFaults(world: World, plan: readonly PlannedFault[], originMicros: number, seed: number): Set<string> {
  const { loop, recorder } = world;
  const notHealed = new Set(plan.map(({ id }) => id));
  for (const fault of plan) {
    const apply = applierOf(fault);
    const say = (action: 'applied' | 'bit' | 'healed', detail: string, numbers?: Record<string, number>) =>
      recorder.event({ kind: 'fault', atMicros: loop.nowMicros, fault: fault.id, action, detail, ...(numbers && { numbers }) });
    loop.at(originMicros + fault.atMs * 1000, () => {
      const active: ActiveFault = apply(world, fault, randomStream(seed, fault.id));
      say('applied', `${fault.kind} on ${fault.target}`);
      loop.after(fault.forMs * 1000, () => {
        const { proven, detail, numbers } = active.bite();
        if (proven) say('bit', detail, numbers);
        active.heal(() => {
          say('healed', `${fault.target} is free of it`);
          notHealed.delete(fault.id);
        });
      });
    });
  }
  return notHealed;
}

/** Something that was read before then has not been confirmed yet. */
function holdsAnythingFrom({ gateway, lives }: World, beforeMicros: number): boolean {
  if (!lives.gateway.up) return true;
  const { outbox, time } = gateway;
  for (let seq = outbox.oldestSeq; seq < outbox.nextSeq; seq++) {
    const entry = outbox.get(seq);
    if (entry) return entry.kind === 'gap' || time.calendar(entry.stamp) < beforeMicros;
  }
  return false;
}
