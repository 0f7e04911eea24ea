import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Broker } from '../../simulator/broker/broker.ts';
import { startPlant, type Plant } from '../../simulator/devices/plant.ts';
import { openLink, type Link, type LinkOptions } from '../../simulator/links/link.ts';
import type { Recorder } from '../../simulator/recorder.ts';
import type { RunMark } from '../../simulator/process-mark.ts';
import type { RunClock } from '../../simulator/run-clock.ts';
import type { FaultTargets } from '../../simulator/faults/fault.ts';
import type { LoadedPipeline } from '../../scenarios/schema/load.ts';
import type { Pipeline } from '../../scenarios/schema/pipeline.ts';
import type { PlannedFault, Scenario } from '../../scenarios/schema/scenario.ts';
import { expand } from '../../scenarios/schema/variables.ts';
import { makeNodeFolders } from '../nodes/node-folders.ts';
import { clocksOf } from '../nodes/node-clocks.ts';
import { nodeSpecs } from '../nodes/node-specs.ts';
import { ProcessNode, type NodeWatcher } from '../nodes/process-node.ts';
import { Outlet } from '../outlets/outlet.ts';
import { brokerOfRun } from './broker-of-run.ts';
import type { Guardian } from './guardian.ts';
import type { FlowSeen } from './hops.ts';
import { claimPorts } from './claim-ports.ts';
import { namingOf, startServers, type Servers } from './servers.ts';
import { variablesOf } from './variables-of.ts';

export interface StageSetup {
  loaded: LoadedPipeline;
  plan: readonly PlannedFault[];
  /** Where the machines' numbers start. */
  start: Scenario['start'];
  clock: RunClock;
  recorder: Recorder;
  seed: number;
  guardian: Guardian;
  /** What the processes of this run are told by. */
  mark: RunMark;
  workFolder: string;
  logsFolder: string;
}

/** The plant, the links and the pipeline of one run. Owns all of it: disposing of it ends and frees everything. */
export class Stage implements AsyncDisposable {
  readonly outlet: Outlet;
  readonly #nodes: Map<string, ProcessNode>;
  readonly #links: Map<string, Link>;
  readonly #pipelineLinks: Pipeline['links'];
  readonly #broker: Broker | undefined;
  readonly #servers: Servers;
  readonly #after: Map<string, string[]>;
  readonly #owned: AsyncDisposableStack;

  private constructor(parts: { outlet: Outlet; nodes: Map<string, ProcessNode>; links: Map<string, Link>; pipelineLinks: Pipeline['links']; broker: Broker | undefined; servers: Servers; after: Map<string, string[]>; owned: AsyncDisposableStack }) {
    this.outlet = parts.outlet;
    this.#nodes = parts.nodes;
    this.#links = parts.links;
    this.#pipelineLinks = parts.pipelineLinks;
    this.#broker = parts.broker;
    this.#servers = parts.servers;
    this.#after = parts.after;
    this.#owned = parts.owned;
  }

  /** Starts plant, broker and links, and prepares the nodes without starting them. Throws HarnessProblem. */
  static async set(setup: StageSetup): Promise<Stage> {
    await using owned = new AsyncDisposableStack();
    const { loaded, clock, recorder, seed } = setup;
    const { pipeline } = loaded;
    const ports = await claimPorts(pipeline.ports, owned);
    const { machines, watermark, period: periodMs, 'poll-timeout': pollTimeoutMs } = pipeline.plant;
    const start = { ...setup.start, periodMs };
    const plant = owned.use(await startPlant({ machines, watermark, start, pollTimeoutMs, seed, clock, recorder }));
    mkdirSync(setup.logsFolder, { recursive: true });
    const broker = owned.use(await brokerOfRun(setup));
    const servers = await startServers(pipeline, owned);
    const links = new Map<string, Link>();
    for (const [name, spec] of Object.entries(pipeline.links)) {
      links.set(name, owned.use(await openLink({ name, clock, ...namingOf(name, pipeline, servers.names), ...endOf(name, spec, { plant, broker, ports }) })));
    }
    const linkPorts = Object.fromEntries([...links].map(([name, link]) => [name, link.ports]));
    const folders = await makeNodeFolders(Object.keys(pipeline.nodes), { ...setup, owned });
    const variables = variablesOf(pipeline, loaded.file, { ports, linkPorts, folders, servers });
    const clocks = await clocksOf(pipeline, setup);
    const nodes = new Map<string, ProcessNode>();
    for (const spec of nodeSpecs(pipeline, { variables, folders, clocks, names: servers.names, ...setup })) {
      nodes.set(spec.name, owned.use(new ProcessNode(spec, nodeWatcher(setup, plant))));
    }
    const outletSpec = JSON.parse(JSON.stringify(pipeline.outlet), (_, value) =>
      typeof value === 'string' ? expand(value, variables) : value,
    ) as Pipeline['outlet'];
    for (const part of Object.values(outletSpec)) if ('ca' in part && part.ca) part.ca = path.resolve(variables.pipeline!, part.ca);
    const outlet = owned.use(new Outlet(outletSpec, watermark, clock, setup.guardian));
    const after = new Map(Object.entries(pipeline.nodes).map(([name, node]) => [name, node.after]));
    return new Stage({ outlet, nodes, links, pipelineLinks: pipeline.links, broker, servers, after, owned: owned.move() });
  }

  /** Starts every node once those that it comes after serve. Throws HarnessProblem of the first that fails. */
  async bootAll(signal: AbortSignal): Promise<void> {
    const failure = new AbortController();
    const anyEnd = AbortSignal.any([signal, failure.signal]);
    const boots = new Map<string, Promise<void>>();
    const boot = (name: string): Promise<void> => {
      const known = boots.get(name);
      if (known) return known;
      const promise = Promise.all((this.#after.get(name) ?? []).map(boot)).then(() => this.#nodes.get(name)!.boot(anyEnd));
      boots.set(name, promise);
      return promise;
    };
    const all = [...this.#nodes.keys()].map(boot);
    try {
      await Promise.all(all);
    } catch (error) {
      failure.abort(error);
      await Promise.allSettled(all);
      throw error;
    }
  }

  target<Kind extends keyof FaultTargets>(kind: Kind, name: string): FaultTargets[Kind] {
    const found = { link: this.#links.get(name), node: this.#nodes.get(name), broker: this.#broker, 'time-server': this.#servers.time }[kind];
    if (!found) throw new Error(`no ${kind} ${name}`); // planFaults has checked this
    return found as FaultTargets[Kind];
  }

  /** What was seen of every hop so far, and of the broker and the nodes between them. */
  async seen(): Promise<Pick<FlowSeen, 'hops' | 'broker' | 'nodesDown' | 'lastWords'>> {
    const broker = this.#broker;
    return {
      hops: [...this.#links].map(([name, { ports, traffic }]) => ({ name, ...this.#pipelineLinks[name]!, ports, traffic })),
      broker: broker && { kind: broker.kind, port: broker.port, isUp: broker.pid !== undefined, census: await broker.census() },
      nodesDown: this.nodes.filter(({ pid }) => pid === undefined).map(({ name, ended }) => ({ name, how: ended ?? 'it never started' })),
      lastWords: Object.fromEntries(this.nodes.map(({ name, lastLines }) => [name, lastLines])),
    };
  }

  get nodes(): ProcessNode[] {
    return [...this.#nodes.values()];
  }

  /** Ends the nodes side by side, then everything else in the reverse order of its start. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.nodes.map((node) => node.stop()));
    await this.#owned.disposeAsync();
  }
}

/** Where a link leads, and who listens to what goes over it. */
function endOf(
  name: string,
  { to, protocol }: Pipeline['links'][string],
  world: { plant: Plant; broker: Broker | undefined; ports: Record<string, number> },
): Pick<LinkOptions, 'targets' | 'observer' | 'protocol'> {
  if (to === 'plant') return { targets: world.plant.machines, observer: world.plant.handover.observe(name), protocol: 'modbus' };
  if (to === 'broker') return { targets: [{ port: world.broker!.port }], protocol: 'mqtt' };
  return { targets: [{ port: world.ports[to.split(':')[1]!]! }], protocol };
}

/** Writes a node's life into the record; what was on its way to a node that ends may or may not have been taken. */
function nodeWatcher({ loaded, clock, recorder, guardian }: StageSetup, plant: Plant): NodeWatcher {
  const pollsOver = Object.entries(loaded.pipeline.links).filter(([, link]) => link.to === 'plant');
  const event = (node: string, state: 'started' | 'ready' | 'killed' | 'stopped' | 'exited', detail?: string) =>
    recorder.event({ kind: 'node', atMicros: clock.nowMicros(), node, state, ...(detail ? { detail } : {}) });
  const linksOf = (node: string) => pollsOver.flatMap(([link, { from }]) => (from === node ? link : []));
  const interrupted = (node: string) => {
    for (const link of linksOf(node)) plant.handover.disrupted(link);
  };
  const died = (node: string, all: boolean) => {
    for (const link of linksOf(node)) plant.handover.died(link, all);
  };
  return {
    started(node, pid) {
      guardian.watchGroup(pid);
      for (const link of linksOf(node)) plant.handover.started(link);
      event(node, 'started', `pid ${pid}`);
    },
    ready: (node) => event(node, 'ready'),
    interrupted,
    killed(node) {
      died(node, true);
      event(node, 'killed');
    },
    stopped(node) {
      interrupted(node);
      event(node, 'stopped');
    },
    ended: (node) => died(node, true),
    exited(node, how) {
      died(node, false); // others of it may live on
      event(node, 'exited', how);
    },
    gone: (pid) => guardian.forgetGroup(pid),
  };
}
