import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { RunMark } from '../../simulator/process-mark.ts';
import { startRunClock } from '../../simulator/run-clock.ts';
import type { PhaseName } from '../../simulator/recorder.ts';
import type { LoadedPipeline, LoadedScenario } from '../../scenarios/schema/load.ts';
import { planFaults } from '../../scenarios/schema/plan.ts';
import { requireEnvironment } from '../outlets/secrets.ts';
import { createHistory } from '../history/create.ts';
import { baseline } from './baseline.ts';
import { drain, drainBounds } from './drain.ts';
import { finalRead } from './final-read.ts';
import { Flow } from './flow.ts';
import { Guardian } from './guardian.ts';
import { HostWatch } from './host-watch.ts';
import { historyMeta } from './meta.ts';
import { workFolderPrefix } from './ownership.ts';
import type { Progress } from './progress.ts';
import { Stage } from './stage.ts';
import { Timeline } from './timeline.ts';
import { pause } from './wait.ts';
import { Watch } from './watch.ts';

export interface RunOptions {
  loaded: LoadedPipeline;
  scenario: LoadedScenario;
  seed: number;
  /** The folder of this run, which is made: `history.sqlite` and `logs/` go there. */
  runFolder: string;
  progress: Progress;
  signal: AbortSignal;
}

/**
 * Runs one scenario against one pipeline and leaves the record of it in `history.sqlite`; returns that file.
 * Throws HarnessProblem, FileProblems, or the signal's reason. On every path nothing of it is left running,
 * listening or lying about but the run's own folder.
 */
export async function run(options: RunOptions): Promise<string> {
  const { loaded, scenario, seed, progress, signal } = options;
  requireEnvironment(loaded.pipeline);
  const plan = planFaults(scenario, loaded, seed);
  const clock = startRunClock();
  const historyFile = path.join(options.runFolder, 'history.sqlite');
  mkdirSync(options.runFolder, { recursive: true });

  await using owned = new AsyncDisposableStack();
  const guardian = owned.use(new Guardian());
  const mark = new RunMark();
  guardian.watchRun(mark);
  const workFolder = mkdtempSync(path.join(os.tmpdir(), workFolderPrefix()));
  guardian.watchFolder(workFolder);
  owned.defer(() => rmSync(workFolder, { recursive: true, force: true, maxRetries: 5 }));
  const history = owned.use(createHistory(historyFile, historyMeta({ ...options, plan, clock })));
  const flow = new Flow(history);
  owned.use(new HostWatch(clock, flow));

  let phase: PhaseName = 'start';
  const enter = (next: PhaseName, detail: string) => {
    phase = next;
    history.event({ kind: 'phase', atMicros: clock.nowMicros(), phase: next });
    progress.phase(next, detail);
  };

  enter('start', `${machinesOf(loaded)}, ${Object.keys(loaded.pipeline.nodes).length} nodes`);
  const logsFolder = path.join(options.runFolder, 'logs');
  const stage = owned.use(await Stage.set({ loaded, plan, start: scenario.scenario.start, clock, recorder: flow, seed, guardian, mark, workFolder, logsFolder }));
  await stage.bootAll(signal);

  const watch = owned.use(new Watch(stage.outlet, flow, flow, clock, signal));
  const timeline = new Timeline({ plan, target: (kind, name) => stage.target(kind, name), clock, seed, flow, recorder: flow, progress, signal });
  owned.defer(() => timeline.healAll());
  const pulse = setInterval(() => {
    const { acknowledged, arrivedRows, backlog } = flow;
    const elapsedMs = clock.nowMicros() / 1000;
    progress.pulse({ phase, elapsedMs, acknowledged, arrived: arrivedRows, backlog, activeFaults: timeline.activeFaults });
  }, 200);
  owned.defer(() => clearInterval(pulse));

  enter('baseline', 'until readings flow from end to end');
  const { machines } = loaded.pipeline.plant;
  const { 'flow-within': flowWithinMs, baseline: forMs, settle, drain: drainWithinMs } = scenario.scenario;
  const seen = async () => ({
    ...(await stage.seen()),
    logsFolder,
    machines,
    readings: flow.readings,
    acknowledged: flow.acknowledged,
    devicesRead: flow.devicesRead,
    devicesAtOutlet: flow.devicesSeen,
    outlet: { description: stage.outlet.description, looks: watch.looks, rows: flow.arrivedRows, problem: watch.lastProblem?.message },
  });
  const fromMicros = await baseline({ flow, watch, seen, clock, machines, flowWithinMs, forMs, signal });

  enter('faults', `${plan.length} ${plan.length === 1 ? 'failure' : 'failures'}`);
  await timeline.play();

  enter('heal', 'every failure is over');
  await timeline.healAll();
  await pause(settle, signal);

  const toMicros = clock.nowMicros();
  const bounds = drainBounds(flow.lastHealMicros ?? toMicros, loaded.pipeline.claims, drainWithinMs);
  enter('drain', `at most ${Math.ceil(Math.max(0, bounds.latestMicros - toMicros) / 1e6)} s`);
  watch.horizonMicros = toMicros;
  await drain(flow, clock, { fromMicros, toMicros }, bounds, signal);

  enter('final-read', 'by a fresh connection');
  await watch[Symbol.asyncDispose]();
  await finalRead({ outlet: stage.outlet, nodes: stage.nodes, recorder: flow, clock, signal });
  await stage[Symbol.asyncDispose]();
  signal.throwIfAborted();
  history.event({ kind: 'window', atMicros: clock.nowMicros(), fromMicros, toMicros });
  enter('judge', '');
  return historyFile;
}

function machinesOf({ pipeline }: LoadedPipeline): string {
  const { machines, period } = pipeline.plant;
  return `${machines} ${machines === 1 ? 'machine' : 'machines'} at ${+(1000 / period).toFixed(2)} Hz`;
}
