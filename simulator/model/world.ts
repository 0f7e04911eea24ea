import { randomStream } from '../random.ts';
import type { Recorder } from '../recorder.ts';
import { Alarms } from './alarms.ts';
import { Broker } from './broker.ts';
import { Cloud } from './cloud.ts';
import { DiskTroubles } from './disk-troubles.ts';
import { EventLoop } from './event-loop.ts';
import { Gateway } from './gateway.ts';
import { Life, type Death } from './life.ts';
import { Link } from './link.ts';
import { Outbox } from './outbox.ts';
import { Pager } from './pager.ts';
import type { Parameters } from './parameters.ts';
import { People } from './people.ts';
import { Plant } from './plant.ts';
import type { Protections } from './protections.ts';
import { TimeService } from './time-service.ts';

/** How long each node takes to start. */
const BOOT_MICROS = { gateway: 500_000, broker: 200_000, ingest: 300_000 };
export type NodeName = keyof typeof BOOT_MICROS;
export const NODE_NAMES = Object.keys(BOOT_MICROS) as NodeName[];

/** All there is in one run: the machines, the nodes, what connects them, and who looks at them. */
export interface World {
  loop: EventLoop;
  recorder: Recorder;
  parameters: Parameters;
  protect: Protections;
  plant: Plant;
  lives: Record<NodeName, Life>;
  links: Record<'plant' | 'uplink' | 'downlink', Link>;
  disks: Record<'gateway' | 'ingest', DiskTroubles>;
  gateway: Gateway;
  broker: Broker;
  cloud: Cloud;
  services: { time: TimeService; pager: Pager };
  alarms: Alarms;
  people: People;
  /** Keeps a node down; the result lets it start again, once nothing else keeps it down, and calls `serving` when it has. */
  keepDown(node: NodeName, how: Death): (serving: () => void) => void;
  /** Calls back when the node is up, or should be by now. */
  whenUp(node: NodeName, up: () => void): void;
}

export function buildWorld(parameters: Parameters, protect: Protections, recorder: Recorder, seed: number): World {
  const loop = new EventLoop();
  const plant = new Plant(loop, recorder, parameters.machines);
  const plantLife = new Life(loop, 'plant');
  plantLife.up = true;
  const lives = { gateway: new Life(loop, 'gateway'), broker: new Life(loop, 'broker'), ingest: new Life(loop, 'ingest') };
  const uplinkMicros = parameters.uplinkLatencyMs * 1000;
  const links = {
    plant: new Link(loop, 'plant', parameters.fieldLatencyMs * 1000),
    uplink: new Link(loop, 'uplink', uplinkMicros),
    downlink: new Link(loop, 'downlink', 1000),
  };
  const disks = { gateway: new DiskTroubles(), ingest: new DiskTroubles() };
  const broker = new Broker(lives.broker);
  broker.closesRevokedSessions = protect.closesRevokedSessions;
  broker.onAccess = (who, credentials, action, accepted) =>
    recorder.event({ kind: 'access', atMicros: loop.nowMicros, who, credentials, action, accepted });
  const services = { time: new TimeService(), pager: new Pager(loop, recorder) };
  const alarms = new Alarms(loop, recorder, plant, randomStream(seed, 'alarms'), protect.alertsOnTwoChannels);
  const outbox = new Outbox(parameters.machines);
  const gateway = new Gateway(
    {
      life: lives.gateway, plantLife, plant, field: links.plant, uplink: links.uplink, broker, timeService: services.time, disk: disks.gateway,
      siren: (alert) => alarms.siren(alert), credentials: () => 'gateway-1',
    },
    parameters, protect, outbox,
  );
  const people = new People(loop, recorder, plant, gateway, randomStream(seed, 'people'));
  const cloud = new Cloud(lives.ingest, links.downlink, broker, disks.ingest, services.pager, recorder, plant.names, parameters, protect);
  const whenUp = (node: NodeName, up: () => void): void => {
    if (lives[node].up) up();
    else loop.after(BOOT_MICROS[node], up);
  };
  const keepDown = keeperOfNodes(recorder, lives, Object.values(links), (how) => gateway.lose(how));
  return { loop, recorder, parameters, protect, plant, lives, links, disks, gateway, broker, cloud, services, alarms, people, keepDown, whenUp };
}

function keeperOfNodes(recorder: Recorder, lives: World['lives'], links: Link[], gatewayLoses: (how: Death) => number): World['keepDown'] {
  const kept: Record<NodeName, number> = { gateway: 0, broker: 0, ingest: 0 };
  const say = (node: NodeName, state: 'started' | 'ready' | 'killed' | 'stopped' | 'exited', detail?: string) =>
    recorder.event({ kind: 'node', atMicros: lives[node].loop.nowMicros, node, state, ...(detail && { detail }) });
  for (const node of NODE_NAMES) {
    const life = lives[node];
    life.onDeath = (how) => {
      for (const link of links) link.nodeDied(life, how);
      if (node === 'gateway') gatewayLoses(how);
    };
    life.onExit = (why) => say(node, 'exited', why);
  }
  return (node, how) => {
    const life = lives[node];
    kept[node]++;
    if (life.up) {
      life.die(how);
      say(node, how === 'stop' ? 'stopped' : 'killed', how);
    }
    return (serving) => {
      if (--kept[node] > 0) return serving();
      say(node, 'started');
      life.loop.after(BOOT_MICROS[node], () => {
        if (kept[node] === 0 && !life.up) {
          life.boot();
          if (life.up) say(node, 'ready');
        }
        serving();
      });
    };
  };
}
