import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { guaranteeIds } from '../../schema/guarantee-ids.ts';
import { listScenarios, loadPipeline } from '../../schema/load.ts';

const folder = import.meta.dirname;
const reference = path.join(folder, '../node-red-resilient');
const expectations: Record<string, Record<string, string[]>> = JSON.parse(readFileSync(path.join(folder, 'expectations.json'), 'utf8'));
/** The flows are the reference's. */
const FLOWS = '${pipeline}/../../node-red-resilient/';
const variants = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

test('every variant is expected to break something, under scenarios and in guarantees that there are', async () => {
  const scenarios = (await listScenarios()).map(({ name }) => name);
  expect(Object.keys(expectations).toSorted()).toEqual(variants.toSorted());
  for (const [variant, cases] of Object.entries(expectations)) {
    expect(Object.values(cases).flat().length, variant).toBeGreaterThan(0);
    expect(scenarios).toEqual(expect.arrayContaining(Object.keys(cases)));
    expect(guaranteeIds).toEqual(expect.arrayContaining(Object.values(cases).flat()));
  }
});

test('its description and the table in README.md say the same', async () => {
  const rows = readFileSync(path.join(folder, 'README.md'), 'utf8').split('\n').filter((line) => line.startsWith('| '));
  for (const variant of variants) {
    const { pipeline } = await loadPipeline(`flawed/${variant}`);
    for (const [scenario, broken] of Object.entries(expectations[variant]!)) {
      for (const word of [scenario, ...broken]) expect(pipeline.description, variant).toContain(word);
      if (broken.length > 0) expect(rows.filter((row) => row.startsWith(`| [${variant}](`) && row.endsWith(`| ${scenario} | ${broken.join(', ')} |`)), variant).toHaveLength(1);
    }
  }
});

test('what a variant replaces is there in the reference, so that it is really replaced', () => {
  for (const variant of variants) {
    const modules = readdirSync(path.join(folder, variant), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.cjs'));
    expect(modules.length, variant).toBeGreaterThan(1);
    for (const file of modules) expect(existsSync(path.join(reference, file)), `${variant}/${file}`).toBe(true);
  }
});

test('everything else about a variant is as in the reference', async () => {
  const { pipeline: original } = await loadPipeline('node-red-resilient');
  for (const variant of variants) {
    const { pipeline } = await loadPipeline(`flawed/${variant}`);
    const { name, description, ports, nodes: { gateway } } = pipeline;
    const ownUplink = ['mosquitto-bridge', 'follows-any-time-server'].includes(variant) ? { ports, nodes: { ...original.nodes, gateway } } : {};
    const expected = JSON.stringify({ ...original, name, description, ...ownUplink });
    expect(JSON.parse(JSON.stringify(pipeline).replaceAll(FLOWS, '${pipeline}/'))).toEqual(JSON.parse(expected.replaceAll(FLOWS, '${pipeline}/')));
  }
});
