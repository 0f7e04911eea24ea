import path from 'node:path';
import type { Census } from '../../simulator/broker/census.ts';
import type { Traffic } from '../../simulator/links/link.ts';
import { plainText } from '../../simulator/plain-text.ts';

/** What was seen of one link: a hop between the node that opens the connections and what it calls. */
export interface HopSeen {
  name: string;
  from: string;
  /** `plant`, `broker` or NODE:PORT. */
  to: string;
  /** Where we listen for it, one port for each machine. */
  ports: readonly number[];
  traffic: Traffic;
}

/** What was seen of the way from the machines to the outlet while nothing arrived at its end. */
export interface FlowSeen {
  machines: number;
  /** Readings that machines handed over, whether acknowledged or not yet. */
  readings: number;
  acknowledged: number;
  /** The machines that were read, in no order. */
  devicesRead: ReadonlySet<string>;
  devicesAtOutlet: ReadonlySet<string>;
  hops: readonly HopSeen[];
  broker: { kind: string; port: number; isUp: boolean; census: Census } | undefined;
  /** Nodes that are down, and how they ended. */
  nodesDown: readonly { name: string; how: string }[];
  /** What each node printed last. */
  lastWords: Readonly<Record<string, readonly string[]>>;
  /** The folder with the logs of nodes and broker. */
  logsFolder: string;
  outlet: { description: string; looks: number; rows: number; problem: string | undefined };
}

/** Where data stopped, in one sentence; what helps; and all that was seen, hop by hop. */
export interface WhereItStopped {
  where: string;
  fix: string;
  seen: string[];
}

/** Names the hop at which data stopped. Nothing is assumed: what cannot be told from what was seen is not said. */
export function whereItStopped(flow: FlowSeen): WhereItStopped {
  const hops = inOrder(flow.hops);
  const { where, fix, log } =
    downNode(flow) ??
    firstOf(hops.filter(({ to }) => to === 'plant').map(plantHop)) ??
    unread(flow) ??
    firstOf(hops.filter(({ to }) => to !== 'plant').map((hop) => laterHop(hop, flow))) ??
    unacknowledged(flow) ??
    outlet(flow);
  const hints = [fix, log === undefined ? `The logs: ${flow.logsFolder}` : `The log of ${log}: ${path.join(flow.logsFolder, `${log}.log`)}`];
  return {
    where,
    fix: hints.filter((it) => it !== undefined).join('\n  '),
    seen: [...flow.nodesDown.map(({ name, how }) => `node ${name}: down, ${how}`), machinesSeen(flow), ...hops.map(hopSeen), ...brokerSeen(flow), outletSeen(flow), ...lastWords(flow, log)],
  };
}

/** `log` is the node or broker whose log tells more. */
interface Stop {
  where: string;
  fix?: string | undefined;
  log?: string | undefined;
}

const firstOf = (stops: readonly (Stop | undefined)[]) => stops.find((it) => it !== undefined);
const addressesOf = ({ ports }: HopSeen) => ports.map((port) => `127.0.0.1:${port}`).slice(0, 4).join(', ') + (ports.length > 4 ? ' ...' : '');

function downNode({ nodesDown: [down] }: FlowSeen): Stop | undefined {
  return down && { where: `node ${down.name} is down: ${down.how}`, log: down.name };
}

function plantHop(hop: HopSeen): Stop | undefined {
  const { from, name, traffic } = hop;
  const variable = `\${link.${name}.host} and \${link.${name}.ports}`;
  if (traffic.openedConnections === 0) return { where: `${from} never connected to a machine: nobody came to ${addressesOf(hop)} (link ${name})`, fix: `Does ${from} take its machines from ${variable}?`, log: from };
  if (traffic.arrivedBytes.to === 0) return { where: `${from} connected to the machines (${times(traffic.openedConnections)}) and asked them nothing: 0 bytes went over link ${name}`, log: from };
  return undefined;
}

/** Nothing that was asked of the machines is a reading, or some machines were not asked. */
function unread({ readings, devicesRead, machines, hops }: FlowSeen): Stop | undefined {
  const field = hops.find(({ to }) => to === 'plant');
  if (!field) return undefined;
  const { from, name, traffic } = field;
  if (readings === 0 && traffic.arrivedBytes.to > 0) {
    return {
      where: `no machine was read: ${bytes(traffic.arrivedBytes.to)} were asked over link ${name} and ${bytes(traffic.arrivedBytes.from)} answered, but the number of a reading (holding registers 0 and 1) was not among it`,
      fix: `Which registers does ${from} ask for? See docs/plant.md.`, log: from,
    };
  }
  const missing = Array.from({ length: machines }, (_, index) => `machine-${index + 1}`).filter((device) => !devicesRead.has(device));
  if (missing.length === 0) return undefined;
  const ports = missing.map((device) => field.ports[Number(device.slice('machine-'.length)) - 1]);
  return { where: `${some(missing)} ${missing.length === 1 ? 'was' : 'were'} never read (port ${some(ports.map(String))} of link ${name})`, fix: `Does ${from} poll every port of \${link.${name}.ports}?`, log: from };
}

function laterHop(hop: HopSeen, flow: FlowSeen): Stop | undefined {
  const { name, from, to, traffic } = hop;
  if (traffic.openedConnections === 0 && flow.hops.some((other) => isUsedInstead(other, hop))) return undefined;
  const way = `link ${name} (${from} -> ${to})`;
  if (traffic.openedConnections === 0) {
    return { where: `0 bytes went over ${way}: ${from} never connected to ${addressesOf(hop)}`, fix: `Does ${from} take the address from \${link.${name}.host} and \${link.${name}.port}?`, log: from };
  }
  if (traffic.failedConnections === traffic.openedConnections) {
    return { where: `0 bytes went over ${way}: ${from} connected ${times(traffic.openedConnections)}, and behind it nobody listened`, fix: `Does ${to.split(':')[0]} listen on \${port.${to.split(':')[1] ?? to}}, on 127.0.0.1?` };
  }
  if (to === 'broker' && flow.broker) {
    const { kind, census } = flow.broker;
    const [turnedAway] = census.turnedAway;
    if (turnedAway) return { where: `the broker (${kind}) turned away ${some(turnedAway.clients)}: ${turnedAway.reason} (${times(turnedAway.times)})`, fix: turnedAway.fix, log: 'broker' };
  }
  if (traffic.arrivedBytes.to === 0) return { where: `0 bytes went over ${way}: ${from} connected ${times(traffic.openedConnections)} and sent nothing`, log: from };
  if (traffic.arrivedBytes.from === 0) return { where: `${to} never answered: ${bytes(traffic.arrivedBytes.to)} went over ${way}, and 0 bytes came back`, log: to.split(':')[0]! };
  return undefined;
}

/** A second way to the same place that is in use: this one may be for bad times. */
function isUsedInstead(other: HopSeen, hop: HopSeen): boolean {
  return other.from === hop.from && other.to.split(':')[0] === hop.to.split(':')[0] && other.traffic.arrivedBytes.to > 0 && other.traffic.arrivedBytes.from > 0;
}

/** Asked once and never again, or answered too late: nobody can say whether such a reading was taken. */
function unacknowledged({ readings, acknowledged, hops }: FlowSeen): Stop | undefined {
  const from = hops.find(({ to }) => to === 'plant')?.from;
  if (acknowledged > 0) return undefined;
  return { where: `${readings} readings were answered and none was acknowledged: that takes an answer in time, and another question after it`, fix: `Does ${from} poll each machine again and again?`, log: from };
}

/** Everybody was reached: what is left is what the nodes made of it, and the outlet. */
function outlet({ broker, devicesAtOutlet, machines, outlet: { description, looks, rows, problem } }: FlowSeen): Stop {
  if (broker?.census.published === 0) return { where: 'nobody published a message to the broker, though its clients are connected' };
  if (looks === 0 && problem !== undefined) return { where: `the outlet could not be read (${description}): ${problem}`, fix: 'Check outlet.readings in the pipeline file.' };
  if (rows === 0) return { where: `every link carried data and the outlet has no rows (${description})`, fix: 'Is it where the readings are stored?' };
  return {
    where: `the outlet shows ${devicesAtOutlet.size} of ${machines} devices (${some([...devicesAtOutlet].toSorted())})`,
    fix: 'Devices at the outlet must be named machine-1, machine-2, ... as in the order of ${link.plant.ports}.',
  };
}

/** From the machines on: links to the plant, then those that touch what was reached already, the broker included. */
function inOrder(hops: readonly HopSeen[]): HopSeen[] {
  const reached = new Set(['plant']);
  const ordered: HopSeen[] = [];
  for (let rest = [...hops]; rest.length > 0; ) {
    const next = rest.filter(({ from, to }) => reached.has(from) || reached.has(to.split(':')[0]!));
    const taken = next.length > 0 ? next : rest;
    for (const { from, to } of taken) reached.add(from).add(to.split(':')[0]!);
    ordered.push(...taken);
    rest = rest.filter((hop) => !taken.includes(hop));
  }
  return ordered;
}

function machinesSeen({ machines, readings, acknowledged, devicesRead }: FlowSeen): string {
  return `machines: ${devicesRead.size} of ${machines} were read, ${readings} readings taken, ${acknowledged} acknowledged`;
}

function hopSeen(hop: HopSeen): string {
  const { name, from, to, traffic } = hop;
  const { openedConnections: opened, failedConnections: failed, openConnections: open, arrivedBytes } = traffic;
  const connections = opened === 0 ? `no connection to ${addressesOf(hop)}` : `${opened} ${opened === 1 ? 'connection' : 'connections'} (${open} open${failed > 0 ? `, ${failed} failed` : ''})`;
  return `link ${name} (${from} -> ${to}): ${connections}, ${bytes(arrivedBytes.to)} there, ${bytes(arrivedBytes.from)} back`;
}

function brokerSeen({ broker }: FlowSeen): string[] {
  if (!broker) return [];
  const { connected, turnedAway, published } = broker.census;
  const messages = published === undefined ? '' : `, ${published} messages published to it`;
  return [
    `broker (${broker.kind}, 127.0.0.1:${broker.port}): ${broker.isUp ? '' : 'down; '}connected: ${some(connected)}${messages}`,
    ...turnedAway.map(({ clients, reason, times: count }) => `broker: turned away ${some(clients)}, ${times(count)}: ${reason}`),
  ];
}

function outletSeen({ outlet: { description, looks, rows, problem }, devicesAtOutlet, machines }: FlowSeen): string {
  return `outlet (${description}): ${looks} good ${looks === 1 ? 'look' : 'looks'}, ${rows} rows, ${devicesAtOutlet.size} of ${machines} devices${problem === undefined ? '' : `; the last look: ${plainText(problem).slice(0, 300)}`}`;
}

function lastWords({ lastWords: said }: FlowSeen, node: string | undefined): string[] {
  const lines = (node === undefined ? [] : (said[node] ?? [])).slice(-3);
  return lines.length === 0 ? [] : [`the log of ${node} ends:`, ...lines.map((line) => `  | ${plainText(line).slice(0, 200)}`)];
}

const bytes = (count: number) => `${count} ${count === 1 ? 'byte' : 'bytes'}`;
const times = (count: number) => (count === 1 ? 'once' : `${count} times`);

function some(words: readonly string[]): string {
  if (words.length === 0) return 'nobody';
  return words.slice(0, 5).join(', ') + (words.length > 5 ? ` and ${words.length - 5} more` : '');
}
