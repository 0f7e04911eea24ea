import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../simulator/package-root.ts';
import { pipelineProblems } from './check-pipeline.ts';
import { checkShape } from './check-shape.ts';
import { nearestWord } from './nearest.ts';
import { pipelineSchema, usualGapAfterMs } from './pipeline.ts';
import type { Pipeline } from './pipeline.ts';
import { parameterProblems } from './plan.ts';
import { refuse, wholeFile } from './problem.ts';
import { kindOfPath, nearestFile, readYaml, shownPath } from './read-yaml.ts';
import type { SourceFile } from './read-yaml.ts';
import { scenarioFileSchema } from './scenario-file.ts';
import { scenarioSchema } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export interface LoadedPipeline extends SourceFile {
  /** As the user typed it: a path or a name. */
  ref: string;
  pipeline: Pipeline;
}

export interface LoadedScenario extends SourceFile {
  /** As the user typed it: a path or a name. */
  ref: string;
  scenario: Scenario;
}

/** A file that ships with Brownout, by the name that stands for it. */
export interface Shipped {
  name: string;
  /** Absolute. */
  file: string;
}

/**
 * Reads and checks a pipeline: `ref` is a YAML file, a folder that holds `pipeline.yaml`, or the name of one that ships,
 * such as `node-red-resilient`. Paths are relative to `cwd`. Throws FileProblems with everything that is wrong.
 */
export async function loadPipeline(ref: string, cwd = process.cwd()): Promise<LoadedPipeline> {
  const source = await readYaml(await findPipeline(ref, cwd), cwd);
  return { ...source, ref, pipeline: pipelineOf(source) };
}

/** The pipeline that a file holds. Throws FileProblems. */
export function pipelineOf(source: SourceFile): Pipeline {
  refuseOtherKind(source, 'faults', 'this is a scenario', 'a pipeline file');
  const pipeline = checkShape(pipelineSchema, source.yaml);
  const { claims } = source.yaml.value as { claims?: object };
  if (!Object.hasOwn(claims ?? {}, 'gap-after')) pipeline.claims['gap-after'] = usualGapAfterMs(pipeline.plant.period);
  refuse(pipelineProblems(pipeline, source));
  return pipeline;
}

/**
 * Reads and checks a scenario: `ref` is a YAML file or the name of one of the library, such as `internet/uplink-blackhole`.
 * Kinds and parameters of its faults are checked; whether their targets exist depends on the pipeline: see `planFaults`.
 * Paths are relative to `cwd`. Throws FileProblems with everything that is wrong.
 */
export async function loadScenario(ref: string, cwd = process.cwd()): Promise<LoadedScenario> {
  const source = await readYaml(await findScenario(ref, cwd), cwd);
  return { ...source, ref, scenario: scenarioOf(source) };
}

/** The scenario that a file holds. Throws FileProblems. */
export function scenarioOf(source: SourceFile): Scenario {
  refuseOtherKind(source, 'nodes', 'this is a pipeline', 'a scenario file');
  checkShape(scenarioFileSchema, source.yaml);
  const scenario = scenarioSchema.parse(source.yaml.value);
  refuse(parameterProblems(scenario.faults, source.yaml));
  return scenario;
}

/** The pipelines that ship, by name. */
export async function listPipelines(): Promise<Shipped[]> {
  return shipped('scenarios/pipelines', '/pipeline.yaml');
}

/** The scenarios of the library, by name. */
export async function listScenarios(): Promise<Shipped[]> {
  return shipped('scenarios/library', '.yaml');
}

async function shipped(folder: string, ending: string): Promise<Shipped[]> {
  const root = path.join(packageRoot(), folder);
  const entries = await readdir(root, { recursive: true }).catch(() => []);
  return entries
    .map((entry) => ({ entry: entry.split(path.sep).join('/'), file: path.join(root, entry) }))
    .filter(({ entry }) => entry.endsWith(ending) && !entry.includes('node_modules'))
    .map(({ entry, file }) => ({ name: entry.slice(0, -ending.length), file }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function findPipeline(ref: string, cwd: string): Promise<string> {
  const file = path.resolve(cwd, ref);
  const kind = await kindOfPath(file);
  if (kind === 'file') return file;
  const inside = path.join(file, 'pipeline.yaml');
  if (kind === 'folder' && (await kindOfPath(inside)) === 'file') return inside;
  const known = await listPipelines();
  const match = known.find((it) => it.name === ref);
  if (match) return match.file;
  if (kind === 'folder') throw wholeFile(shownPath(file, cwd), { message: 'the folder holds no pipeline.yaml', nearest: await nearestFile(inside, cwd) });
  throw await notThere(ref, file, cwd, kind, known, 'a pipeline file, its folder');
}

async function findScenario(ref: string, cwd: string): Promise<string> {
  const file = path.resolve(cwd, ref);
  const kind = await kindOfPath(file);
  if (kind === 'file') return file;
  const known = await listScenarios();
  const match = known.find((it) => it.name === ref);
  if (match) return match.file;
  throw await notThere(ref, file, cwd, kind, known, 'a scenario file');
}

async function notThere(ref: string, file: string, cwd: string, kind: 'folder' | 'other' | 'file' | 'nothing', known: Shipped[], expected: string) {
  const names = known.map((it) => it.name);
  const byLastName = names.find((it) => it.split('/').at(-1) === ref);
  return wholeFile(ref, {
    message: kind === 'folder' ? 'this is a folder' : kind === 'other' ? 'this is not a regular file' : 'there is no such file',
    expected: `${expected}, or one that ships: ${names.join(', ')}`,
    nearest: (kind === 'nothing' ? await nearestFile(file, cwd) : undefined) ?? byLastName ?? nearestWord(ref, names),
  });
}

/** Pipeline and scenario are easily given in the wrong order; one clear sentence beats twenty unknown keys. */
function refuseOtherKind({ yaml }: SourceFile, key: string, message: string, expected: string): void {
  const isOther = yaml.value !== null && typeof yaml.value === 'object' && Object.hasOwn(yaml.value, key);
  if (isOther) refuse([yaml.problem([key], 'key', { message, expected })]);
}
