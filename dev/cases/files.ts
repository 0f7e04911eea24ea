import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parse, stringify } from 'yaml';
import type { Case } from './case.ts';

type Tree = { [key: string]: unknown };

const here = import.meta.dirname;

/** Writes the files of a case into an empty folder: the kit, `pipeline.yaml`, `scenario.yaml` and what else it needs. */
export function writeFiles(it: Case, folder: string): void {
  mkdirSync(folder, { recursive: true });
  if (it.kit) {
    cpSync(path.join(here, 'kits', it.kit), folder, { recursive: true });
    writeFileSync(path.join(folder, 'pipeline.yaml'), stringify(pipelineOf(it, it.kit)));
  }
  if (it.aliases !== undefined) writeFileSync(path.join(folder, 'pipeline.yaml'), undefinedAliases(it.aliases));
  if (it.scenario) cpSync(path.join(here, 'scenarios', `${it.scenario}.yaml`), path.join(folder, 'scenario.yaml'));
  if (it.fifo) makeFifo(path.join(folder, it.fifo));
  if (it.database) new DatabaseSync(path.join(folder, it.database)).close();
}

function pipelineOf({ case: name, about, env, hook, claims, change }: Case, kit: string): Tree {
  const base = parse(readFileSync(path.join(here, 'kits', kit, 'pipeline.yaml'), 'utf8')) as Tree;
  const noise = hook ? { NOISE: `\${pipeline}/hooks/${hook}.cjs` } : {};
  const nodes = Object.fromEntries(Object.keys(base.nodes as Tree).map((node) => [node, { env: { ...env, ...noise } }]));
  return laidOver(laidOver(base, { name, description: about, nodes, ...(Object.keys(claims).length > 0 ? { claims } : {}) }), change);
}

/** `change` over `base`, key by key; lists are replaced, and null takes a key away. */
export function laidOver(base: Tree, change: Tree): Tree {
  const result: Tree = { ...base };
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete result[key];
    else if (isTree(value)) result[key] = laidOver(Object.hasOwn(result, key) && isTree(result[key]) ? result[key] : {}, value);
    else result[key] = value;
  }
  return result;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function undefinedAliases(count: number): string {
  return `version: 1\nname: aliases\nnodes:\n${Array.from({ length: count }, (_, i) => `  node-${i}: *nope\n`).join('')}`;
}

function makeFifo(file: string): void {
  const { status, stderr } = spawnSync('mkfifo', [file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mkfifo: ${stderr}`);
}
