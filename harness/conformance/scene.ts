import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BrokerKind } from '../../simulator/broker/broker.ts';
import { packageRoot } from '../../simulator/package-root.ts';
import { RunMark } from '../../simulator/process-mark.ts';
import { randomStream } from '../../simulator/random.ts';
import { startRunClock, type RunClock } from '../../simulator/run-clock.ts';
import { faultKinds } from '../../simulator/faults/registry.ts';
import type { FaultKind } from '../../simulator/faults/fault.ts';
import { loadPipeline } from '../../scenarios/schema/load.ts';
import { Guardian } from '../run/guardian.ts';
import { workFolderPrefix } from '../run/ownership.ts';
import { Stage } from '../run/stage.ts';
import { cases } from './cases.ts';
import { HopWitness } from './hop-witness.ts';
import { NodeWitness } from './node-witness.ts';
import { NameWitness, TimeWitness } from './server-witness.ts';
import { watch } from './watch.ts';
import type { Witness } from './witness.ts';

/** One kind of failure at one target, as somebody outside saw it. */
export interface Seen {
  kind: string;
  target: string;
  before: string;
  during: string;
  after: string;
  /** It was to be seen, was gone afterwards, and left behind what it leaves behind. */
  asPromised: boolean;
  /** Why it cannot happen there. */
  unavailable?: string;
}

const TARGETS = { link: ['wire', 'mqtt', 'modbus'], node: ['victim'], broker: ['aedes', 'mosquitto'], 'time-server': ['time-server'] } as const;

/** A stage with one of everything that can fail, and witnesses outside of it. */
export class Scene implements AsyncDisposable {
  readonly #stage: Stage;
  readonly #clock: RunClock;
  readonly #owned: AsyncDisposableStack;

  private constructor(stage: Stage, clock: RunClock, owned: AsyncDisposableStack) {
    this.#stage = stage;
    this.#clock = clock;
    this.#owned = owned;
  }

  /** @param broker which one is to be on it. */
  static async set(broker: BrokerKind = 'aedes'): Promise<Scene> {
    await using owned = new AsyncDisposableStack();
    const guardian = owned.use(new Guardian());
    const workFolder = mkdtempSync(path.join(os.tmpdir(), workFolderPrefix()));
    const mark = new RunMark();
    guardian.watchRun(mark);
    guardian.watchFolder(workFolder);
    owned.defer(() => rmSync(workFolder, { recursive: true, force: true, maxRetries: 5 }));
    const clock = startRunClock();
    const loaded = await loadPipeline(path.join(packageRoot(), 'harness/conformance/pipeline.yaml'));
    loaded.pipeline.broker!.kind = broker;
    // So that the victim is given a disk that forgets, and a clock that can be skewed.
    const plan = [{ id: 'any', kind: 'power-cut', family: 'power' as const, target: 'victim', atMs: 0, forMs: 0, params: { clock: 0 } }];
    const nobody = { reading() {}, delivery() {}, event() {} };
    const stage = owned.use(await Stage.set({ loaded, plan, clock, recorder: nobody, start: { number: 'low', counter: 'low', uptime: 'low' }, seed: 1, guardian, mark, workFolder, logsFolder: path.join(workFolder, 'logs') }));
    await stage.bootAll(AbortSignal.timeout(30_000));
    return new Scene(stage, clock, owned.move());
  }

  async see(kind: FaultKind, targetName: string): Promise<Seen> {
    const target = this.#stage.target(kind.target, targetName);
    const seen = { kind: kind.kind, target: targetName, before: '', during: '', after: '', asPromised: true };
    const { params: written = {}, provoke, shows, leaves } = cases[kind.kind]!;
    const params = kind.params.parse(written);
    const unavailable = kind.unavailable?.(target, params);
    if (unavailable) return { ...seen, unavailable: unavailable.reason };
    using witness = this.#witnessOf(kind, targetName);
    return {
      ...seen,
      ...(await watch(witness, {
        apply: () => kind.apply(target, params, { clock: this.#clock, random: randomStream(1, kind.kind), backlog: () => 1 }),
        provoke: provoke && (() => provoke(target)),
        shows,
        leaves,
      })),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }

  #witnessOf({ kind, target }: FaultKind, name: string): Witness<unknown> {
    const link = (of: string) => this.#stage.target('link', of);
    if (target === 'time-server') return new TimeWitness(this.#stage.target(target, name).port);
    if (target === 'node') return new NodeWitness(link('wire').ports[0]!);
    if (kind === 'dns') return new NameWitness(link(name).byName!);
    const { ports, protocol } = link(target === 'broker' ? 'mqtt' : name);
    return new HopWitness(ports[0]!, protocol);
  }
}

/** Every kind at every target of its sort, and which broker has to be on the scene for that. */
export function everyFailure(): { kind: FaultKind; target: string; broker: BrokerKind }[] {
  return faultKinds.flatMap((kind) => TARGETS[kind.target].map((target) => ({ kind, target, broker: target === 'mosquitto' ? target : 'aedes' })));
}
