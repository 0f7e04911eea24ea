import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pipelineOf } from '../../scenarios/schema/load.ts';
import { sourceOf } from '../../scenarios/schema/read-yaml.ts';
import { nodeSpecs } from '../nodes/node-specs.ts';
import { RunMark } from '../../simulator/process-mark.ts';
import { namingOf, startServers } from './servers.ts';

/** A pipeline whose one node calls its broker, with this command and these values in its environment. */
const calling = (command: string, ...values: string[]) =>
  pipelineOf(sourceOf('/somewhere/p.yaml', 'p.yaml', Buffer.from(`version: 1
name: plain
broker: {}
nodes:
  gateway: { command: [${command}], env: { ${values.map((value, index) => `V${index}: '${value}'`).join(', ')} }, ready: { log: up } }
links:
  field: { from: gateway, to: plant }
  uplink: { from: gateway, to: broker }
outlet:
  readings: { kind: file, file: /somewhere/rows }
`)));

const BY_ADDRESS = '${link.uplink.host}:${link.uplink.port}';
const BY_NAME = '${link.uplink.name}:${link.uplink.port}';

async function namingIn(pipeline: ReturnType<typeof calling>) {
  await using owned = new AsyncDisposableStack();
  const { names, time } = await startServers(pipeline, owned);
  const { byName, nameObstacle } = namingOf('uplink', pipeline, names);
  return { runs: [names !== undefined, time !== undefined], name: byName?.name, reason: nameObstacle?.reason };
}

test('only who is told of a server has one', async () => {
  const nobody = { runs: [false, false], name: undefined, reason: 'gateway calls uplink by its address and asks nobody where it is' };
  expect(await namingIn(calling('node, a.js', BY_ADDRESS))).toEqual(nobody);
  expect(await namingIn(calling('node, a.js', BY_ADDRESS, '${time-server.host}'))).toEqual({ ...nobody, runs: [false, true] });
  expect(await namingIn(calling('node, a.js', BY_NAME))).toEqual({ runs: [true, false], name: 'uplink.brownout.test', reason: undefined });
});

test('a program that is no Node.js has to be handed our resolver', async () => {
  const unreachable = { runs: [true, false], name: undefined, reason: 'gateway resolves names through the operating system, which cannot be made to ask us' };
  expect(await namingIn(calling('./native', BY_NAME))).toEqual(unreachable);
  expect(await namingIn(calling('./native', BY_NAME, '${name-server.host}:${name-server.port}'))).toMatchObject({ name: 'uplink.brownout.test' });
});

test('Node.js programs are preloaded with it, and others are left alone', async () => {
  await using owned = new AsyncDisposableStack();
  const workFolder = mkdtempSync(path.join(tmpdir(), 'brownout-servers-'));
  owned.defer(() => rmSync(workFolder, { recursive: true }));
  const folders = new Map([['gateway', { inside: workFolder, outside: workFolder }]]);
  const environmentOf = async (pipeline: ReturnType<typeof calling>) => {
    const { names } = await startServers(pipeline, owned);
    const variables = { 'link.uplink.name': 'uplink.brownout.test', 'link.uplink.host': '127.0.0.1', 'link.uplink.port': '1', pipeline: workFolder };
    const [spec] = nodeSpecs(pipeline, { variables, folders, clocks: new Map(), logsFolder: workFolder, mark: new RunMark(), names });
    return spec!.env;
  };
  const { BROWNOUT_NAMES, NODE_OPTIONS } = await environmentOf(calling('node, a.js', BY_NAME));
  expect(BROWNOUT_NAMES).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(NODE_OPTIONS!.match(/preload\.cjs/g)).toHaveLength(1);
  expect(await environmentOf(calling('node, a.js', BY_ADDRESS))).not.toHaveProperty('BROWNOUT_NAMES');
  expect(await environmentOf(calling('./native', BY_NAME))).not.toHaveProperty('BROWNOUT_NAMES');
});
