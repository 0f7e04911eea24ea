import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseResult, type Result } from '../../reports/index.ts';
import { packageRoot } from '../../simulator/package-root.ts';
import type { UserPlace } from '../../harness/testing/brownout.ts';
import { countRows, rowsOfDatabase, rowsOfLines, windowOf, type Counted } from './count-rows.ts';

/** Where a stranger stores its rows, as its pipeline file says it; here it is put where it outlives the run. */
const SINKS = [
  { inNode: '${folder}/rows.jsonl', inOutlet: '${folder.ingest}/rows.jsonl', file: 'rows.jsonl', read: rowsOfLines },
  { inNode: '${folder}/readings.sqlite', inOutlet: undefined, file: 'readings.sqlite', read: rowsOfDatabase },
];

export interface StrangerRun {
  result: Result;
  code: number | null;
  stderr: string;
  /** By a count of its own. */
  counted: Counted;
  /** The same of the judge. */
  judged: Counted;
}

/** Runs one of scenarios/pipelines/strangers with a sink that outlives the run, and counts what is in it. */
export async function runStranger(place: UserPlace, name: string, scenario: string, seed: number): Promise<StrangerRun> {
  const strangers = path.join(packageRoot(), 'scenarios/pipelines/strangers');
  const text = readFileSync(path.join(strangers, name, 'pipeline.yaml'), 'utf8');
  const sink = SINKS.find(({ inNode }) => text.includes(inNode));
  if (!sink) throw new Error(`${name}/pipeline.yaml names none of the sinks that are known here`);
  const file = path.join(place.folder, sink.file);
  place.write('pipeline.yaml', text.replaceAll('${pipeline}', path.join(strangers, name)).replaceAll(sink.inNode, file).replaceAll(sink.inOutlet ?? sink.inNode, file));
  const own = path.join(strangers, `${scenario}.yaml`);
  const { code, stdout, stderr } = await place.brownout(['run', 'pipeline.yaml', scenario.includes('/') ? scenario : own, '--seed', String(seed), '--json']);
  if (stdout === '') throw new Error(`${name} under ${scenario} was not judged, exit code ${code}:\n${stderr}`);
  const result = parseResult(stdout);
  const rows = sink.read(file).slice(0, (await exported(place, 'deliveries')).length);
  const counted = countRows(await exported(place, 'readings'), rows, windowOf(path.join(place.folder, 'runs/latest/history.sqlite')));
  const { readings, acknowledged, delivered, lostSilent, lostDeclared, duplicate, altered, unknown } = result.counts;
  return { result, code, stderr, counted, judged: { readings, acknowledged, delivered, lost: lostSilent + lostDeclared, duplicate, altered, unknown } };
}

async function exported(place: UserPlace, what: 'readings' | 'deliveries') {
  const { stdout } = await place.brownout(['export', 'runs/latest', '--what', what, '--format', 'ndjson']);
  return stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
}
