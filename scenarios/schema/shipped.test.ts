import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { faultReference } from './fault-reference.ts';
import { writeStarter } from './init.ts';
import { jsonSchemas } from './json-schemas.ts';
import { listPipelines, listScenarios, loadPipeline, loadScenario } from './load.ts';
import { planFaults } from './plan.ts';

const schemaLine = (source: string) => /^# yaml-language-server: \$schema=(\S+)\n/.exec(source)?.[1];

test('the JSON Schemas are those of the code; else: npm run generate', async () => {
  for (const [name, text] of Object.entries(jsonSchemas())) expect(await readFile(path.join(import.meta.dirname, name), 'utf8'), name).toBe(text);
});

test('the reference of faults is that of the code; else: npm run generate', async () => {
  expect(await readFile(path.join(import.meta.dirname, '../../docs/faults.md'), 'utf8')).toBe(faultReference());
});

test('every scenario of the library is valid, says why it happens, and tells editors its schema', async () => {
  const names = (await listScenarios()).map((it) => it.name);
  expect(names).toEqual(expect.arrayContaining(['all-at-once', 'clock/jump-while-buffering', 'gateway/crash-during-outage', 'internet/uplink-blackhole']));
  for (const name of names) {
    const { scenario, source, folder } = await loadScenario(name);
    expect(scenario.name).toBe(path.posix.basename(name));
    expect(scenario.description.length, name).toBeGreaterThan(100);
    expect(scenario.exercises.length, name).toBeGreaterThan(0);
    expect(path.resolve(folder, schemaLine(source)!)).toBe(path.join(import.meta.dirname, 'scenario.schema.json'));
  }
});

test('every pipeline that ships is valid, and every scenario of the library fits it, but for a time server that it does not ask', async () => {
  for (const { name } of await listPipelines()) {
    const loaded = await loadPipeline(name);
    expect(loaded.pipeline.name).toBe(path.posix.basename(name));
    for (const { name: scenarioName } of await listScenarios()) {
      const scenario = await loadScenario(scenarioName);
      const plan = () => planFaults(scenario, loaded, 1);
      if (/^(node-red-stock$|strangers\/)/.test(name) && scenarioName === 'clock/lying-time-server') expect(plan).toThrow('asks no time server of ours');
      else plan();
    }
  }
});

/** Begin and end of each fault by its kind, for many seeds. */
async function windows(name: string): Promise<Record<string, { from: number; to: number }>[]> {
  const scenario = await loadScenario(name);
  const links = { field: { from: 'gateway', to: 'plant' }, uplink: { from: 'gateway', to: 'broker' } };
  const { pipeline } = await loadPipeline(path.join(import.meta.dirname, '../starter'));
  return Array.from({ length: 300 }, (_, seed) =>
    Object.fromEntries(planFaults(scenario, { pipeline: { ...pipeline, links } }, seed).map((it) => [it.kind, { from: it.atMs, to: it.atMs + it.forMs }])),
  );
}

test('whatever the seed, a crash or a jump during an outage is during the outage', async () => {
  for (const name of ['gateway/crash-during-outage', 'clock/jump-while-buffering']) {
    for (const { blackhole: outage, crash, jump } of await windows(name)) {
      const inner = (crash ?? jump)!;
      expect(inner.from).toBeGreaterThan(outage!.from);
      expect(inner.to + 1000).toBeLessThan(outage!.to);
    }
  }
});

test('whatever the seed, all-at-once boots the gateway with the wrong clock while the uplink is down', async () => {
  for (const { blackhole: outage, crash, jump } of await windows('all-at-once')) {
    const order = [outage!.from, jump!.from, crash!.from, crash!.to, crash!.to + 1000, jump!.to, outage!.to];
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(outage!.to).toBeLessThan(7000);
  }
});

test('the starter is valid, fits itself, and never overwrites', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'brownout-init-'));
  try {
    const names = ['pipeline.yaml', 'scenarios/outage.yaml'];
    expect(await writeStarter(path.join(folder, 'new'))).toEqual({ written: names, kept: [] });
    const pipeline = await loadPipeline('new', folder);
    expect(planFaults(await loadScenario('new/scenarios/outage.yaml', folder), pipeline, 1)).toHaveLength(1);
    const { nodes, links } = pipeline.pipeline;
    const scenarios = await Promise.all((await listScenarios()).map(({ name }) => loadScenario(name)));
    const fitting = scenarios.filter(({ scenario }) => scenario.faults.every(({ target }) => target in nodes || target in links));
    for (const scenario of fitting) planFaults(scenario, pipeline, 1);
    expect(fitting.length).toBeGreaterThanOrEqual(15);

    await writeFile(path.join(folder, 'new/pipeline.yaml'), 'mine');
    expect(await writeStarter(path.join(folder, 'new'))).toEqual({ written: [], kept: names });
    expect(await readFile(path.join(folder, 'new/pipeline.yaml'), 'utf8')).toBe('mine');
  } finally {
    await rm(folder, { recursive: true });
  }
});
