import { mkdtemp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeStarter } from './init.ts';
import { listScenarios, loadPipeline, loadScenario } from './load.ts';
import { FileProblems } from './problem.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'brownout-load-'));
  await writeStarter(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function refusal(loading: Promise<unknown>): Promise<string> {
  const error = await loading.then(() => undefined, (it: unknown) => it);
  if (!(error instanceof FileProblems)) throw error ?? new Error('it was not refused');
  return error.message;
}

test('a pipeline is found by its file, by its folder and from elsewhere', async () => {
  const file = path.join(folder, 'pipeline.yaml');
  for (const [ref, cwd] of [['pipeline.yaml', folder], ['.', folder], ['../pipeline.yaml', path.join(folder, 'scenarios')], [file, '/'], [folder, '/']] as const) {
    const loaded = await loadPipeline(ref, cwd);
    expect(loaded).toMatchObject({ ref, file, folder, pipeline: { name: 'my-pipeline' } });
    expect(loaded.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(loaded.source).toBe(await readFile(file, 'utf8'));
  }
});

test('a pipeline that ships is found by its name, also one of a gallery', async () => {
  expect((await loadPipeline('node-red-resilient', folder)).pipeline.name).toBe('node-red-resilient');
  expect((await loadPipeline('flawed/ram-queue', folder)).pipeline.name).toBe('ram-queue');
  expect(await refusal(loadPipeline('ram-queue', folder))).toMatch(/did you mean flawed\/ram-queue\?$/);
});

test('a scenario is found by its file, and by its name in the library', async () => {
  expect((await loadScenario('scenarios/outage.yaml', folder)).scenario.name).toBe('outage');
  expect((await loadScenario('internet/uplink-blackhole', folder)).scenario.name).toBe('uplink-blackhole');
  expect((await loadScenario('all-at-once', folder)).scenario.name).toBe('all-at-once');
});

test('what is not there is told with the nearest that is', async () => {
  expect(await refusal(loadPipeline('pipelin.yaml', folder))).toMatch(/^pipelin\.yaml: there is no such file; .*; did you mean pipeline\.yaml\?$/);
  expect(await refusal(loadScenario('scenarios/outtage.yaml', folder))).toMatch(/did you mean scenarios\/outage\.yaml\?$/);
  expect(await refusal(loadScenario('al-at-once', folder))).toMatch(/did you mean all-at-once\?$/);
  expect(await refusal(loadScenario('uplink-blackhole', folder))).toMatch(/did you mean internet\/uplink-blackhole\?$/);
  const names = (await listScenarios()).map((it) => it.name).join(', ');
  expect(await refusal(loadScenario('banana', folder))).toBe(`banana: there is no such file; expected a scenario file, or one that ships: ${names}`);
  expect(await refusal(loadPipeline('no/such/folder/at/all', folder))).toContain('there is no such file');
  expect(await refusal(loadPipeline('', path.join(folder, 'scenarios')))).toContain('the folder holds no pipeline.yaml');
});

test('what is no file that can be read is told as what it is', async () => {
  const write = async (name: string, content: string | Uint8Array) => {
    await writeFile(path.join(folder, name), content);
    return loadPipeline(name, folder);
  };
  await mkdir(path.join(folder, 'empty'));
  await symlink('loop.yaml', path.join(folder, 'loop.yaml'));
  expect(await refusal(loadPipeline('empty', folder))).toBe('empty: the folder holds no pipeline.yaml');
  expect(await refusal(loadScenario('scenarios', folder))).toContain('scenarios: this is a folder');
  expect(await refusal(loadPipeline('/dev/zero', folder))).toContain('/dev/zero: this is not a regular file');
  expect(await refusal(loadPipeline('loop.yaml', folder))).toContain('loop.yaml: there is no such file');
  expect(await refusal(loadPipeline('with\0zero', folder))).toContain('there is no such file');
  expect(await refusal(loadPipeline('x'.repeat(10_000), folder))).toContain('there is no such file');
  expect(await refusal(write('empty.yaml', ''))).toBe('empty.yaml: the file is empty');
  expect(await refusal(write('large.yaml', '#'.repeat(1_000_001)))).toBe('large.yaml: the file is larger than 1 MB');
  expect(await refusal(write('latin.yaml', Buffer.from('name: caf\xe9', 'latin1')))).toBe('latin.yaml: the file is not UTF-8; expected a text file in UTF-8');
  expect(await refusal(write('utf16.yaml', Buffer.from('\ufeffname: x', 'utf16le')))).toBe('utf16.yaml: the file is not UTF-8 but UTF-16; expected a text file in UTF-8');
});

test('a byte order mark and Windows line ends do no harm', async () => {
  const text = (await readFile(path.join(folder, 'pipeline.yaml'), 'utf8')).replaceAll('\n', '\r\n');
  await writeFile(path.join(folder, 'windows.yaml'), `\ufeff${text}`);
  expect((await loadPipeline('windows.yaml', folder)).pipeline).toEqual((await loadPipeline('pipeline.yaml', folder)).pipeline);
  await writeFile(path.join(folder, 'windows.yaml'), `\ufeff${text.replace('machines: 4', 'machines: 0')}`);
  expect(await refusal(loadPipeline('windows.yaml', folder))).toMatch(/^windows\.yaml:14:13: machines cannot be 0; expected at least 1\n   14 \|   machines: 0\n      \|             \^$/);
});
