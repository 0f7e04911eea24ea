import { expect, test } from 'vitest';
import type { Traffic } from '../../simulator/links/link.ts';
import { whereItStopped, type FlowSeen, type HopSeen } from './hops.ts';

const traffic = (to: number, from: number, more: Partial<Traffic> = {}): Traffic => ({
  arrivedBytes: { to, from }, passedBytes: { to, from }, heldConnections: 0, failedConnections: 0, openedConnections: 1, openConnections: 1, ...more,
});
const unused = traffic(0, 0, { openedConnections: 0, openConnections: 0 });
const field: HopSeen = { name: 'field', from: 'gateway', to: 'plant', ports: [20001, 20002], traffic: traffic(240, 580, { openedConnections: 2, openConnections: 2 }) };
const uplink: HopSeen = { name: 'uplink', from: 'gateway', to: 'broker', ports: [20003], traffic: traffic(900, 40) };
const downlink: HopSeen = { name: 'downlink', from: 'ingest', to: 'broker', ports: [20004], traffic: traffic(90, 800) };
const broker = { kind: 'aedes', port: 20005, isUp: true, census: { connected: ['gateway', 'ingest'], turnedAway: [], published: 20 } };

/** A pipeline in which everything is in order up to the outlet, which is empty. */
const seen = (changes: Partial<FlowSeen> = {}): FlowSeen => ({
  machines: 2, readings: 22, acknowledged: 20,
  devicesRead: new Set(['machine-1', 'machine-2']), devicesAtOutlet: new Set(), hops: [downlink, uplink, field], broker, nodesDown: [], lastWords: { gateway: ['polling', '\u001b[31mECONNREFUSED\u001b[0m'] }, logsFolder: '/runs/1/logs',
  outlet: { description: '/data/rows.db', looks: 30, rows: 0, problem: undefined },
  ...changes,
});
const nothingRead = { readings: 0, acknowledged: 0, devicesRead: new Set<string>() };
const MQTT_5 = { clients: ['gateway-1'], reason: 'it speaks MQTT 5 (protocol level 5)', fix: 'Have it use protocol level 4', times: 7 };

const CASES: [what: string, changes: Partial<FlowSeen>, where: string, fix: string][] = [
  ['a node that is down', { ...nothingRead, nodesDown: [{ name: 'gateway', how: 'exit code 1' }] }, 'node gateway is down: exit code 1', '/runs/1/logs/gateway.log'],
  ['nobody came', { ...nothingRead, hops: [{ ...field, traffic: unused }, uplink] }, 'gateway never connected to a machine: nobody came to 127.0.0.1:20001, 127.0.0.1:20002 (link field)', '${link.field.ports}'],
  ['nothing was asked', { ...nothingRead, hops: [{ ...field, traffic: traffic(0, 0) }] }, 'gateway connected to the machines (once) and asked them nothing: 0 bytes went over link field', 'gateway.log'],
  ['other registers', nothingRead, 'no machine was read: 240 bytes were asked over link field and 580 bytes answered, but the number of a reading (holding registers 0 and 1) was not among it', 'docs/plant.md'],
  ['read once only', { readings: 2, acknowledged: 0 }, '2 readings were answered and none was acknowledged: that takes an answer in time, and another question after it', 'poll each machine'],
  ['one machine left out', { devicesRead: new Set(['machine-1']) }, 'machine-2 was never read (port 20002 of link field)', '${link.field.ports}'],
  ['the wrong port', { hops: [field, { ...uplink, traffic: unused }, downlink] }, '0 bytes went over link uplink (gateway -> broker): gateway never connected to 127.0.0.1:20003', '${link.uplink.port}'],
  ['turned away', { broker: { ...broker, census: { connected: ['ingest'], turnedAway: [MQTT_5], published: 0 } } }, 'the broker (aedes) turned away gateway-1: it speaks MQTT 5 (protocol level 5) (7 times)', 'Have it use protocol level 4'],
  ['connected and silent', { hops: [field, { ...uplink, traffic: traffic(0, 0) }, downlink] }, '0 bytes went over link uplink (gateway -> broker): gateway connected once and sent nothing', 'gateway.log'],
  ['nobody behind it', { hops: [field, { ...uplink, to: 'ingest:api', traffic: traffic(0, 0, { openedConnections: 3, failedConnections: 3 }) }], broker: undefined }, '0 bytes went over link uplink (gateway -> ingest:api): gateway connected 3 times, and behind it nobody listened', '${port.api}'],
  ['never answered', { hops: [field, { ...uplink, to: 'ingest:api', traffic: traffic(700, 0) }], broker: undefined }, 'ingest:api never answered: 700 bytes went over link uplink (gateway -> ingest:api), and 0 bytes came back', 'logs/ingest.log'],
  ['the receiver never came', { hops: [{ ...downlink, traffic: unused }, uplink, field] }, '0 bytes went over link downlink (ingest -> broker): ingest never connected to 127.0.0.1:20004', '${link.downlink.port}'],
  ['nothing published', { broker: { ...broker, census: { ...broker.census, published: 0 } } }, 'nobody published a message to the broker, though its clients are connected', 'logs'],
  ['an outlet that cannot be read', { outlet: { description: 'http://x/', looks: 0, rows: 0, problem: 'expected JSON' } }, 'the outlet could not be read (http://x/): expected JSON', 'outlet.readings'],
  ['an empty outlet', {}, 'every link carried data and the outlet has no rows (/data/rows.db)', 'stored'],
  ['devices of other names', { devicesAtOutlet: new Set(['press', 'oven']), outlet: { description: 'x', looks: 9, rows: 40, problem: undefined } }, 'the outlet shows 2 of 2 devices (oven, press)', 'machine-1, machine-2'],
];

test.each(CASES)('%s is told from what was seen', (_, changes, where, fix) => {
  expect(whereItStopped(seen(changes))).toMatchObject({ where, fix: expect.stringContaining(fix) });
});

test('a second uplink that is not in use is no reason', () => {
  const backup: HopSeen = { ...uplink, name: 'backup', traffic: unused };
  expect(whereItStopped(seen({ hops: [field, backup, uplink, downlink] })).where).toContain('the outlet has no rows');
});

test('the node at which data stopped is quoted, without its colours', () => {
  const { fix, seen: lines } = whereItStopped(seen({ hops: [field, { ...uplink, traffic: unused }, downlink] }));
  expect(fix).toBe('Does gateway take the address from ${link.uplink.host} and ${link.uplink.port}?\n  The log of gateway: /runs/1/logs/gateway.log');
  expect(lines.slice(-3)).toEqual(['the log of gateway ends:', '  | polling', '  | ECONNREFUSED']);
});

test('every hop is listed, from the machines on', () => {
  const { seen: lines } = whereItStopped(seen({ broker: { ...broker, census: { ...broker.census, turnedAway: [MQTT_5] } }, outlet: { description: 'x', looks: 1, rows: 0, problem: 'HTTP 500 \u001b[31m' } }));
  expect(lines).toEqual([
    'machines: 2 of 2 were read, 22 readings taken, 20 acknowledged',
    'link field (gateway -> plant): 2 connections (2 open), 240 bytes there, 580 bytes back',
    'link uplink (gateway -> broker): 1 connection (1 open), 900 bytes there, 40 bytes back',
    'link downlink (ingest -> broker): 1 connection (1 open), 90 bytes there, 800 bytes back',
    'broker (aedes, 127.0.0.1:20005): connected: gateway, ingest, 20 messages published to it',
    'broker: turned away gateway-1, 7 times: it speaks MQTT 5 (protocol level 5)',
    'outlet (x): 1 good look, 0 rows, 0 of 2 devices; the last look: HTTP 500 ',
  ]);
});
