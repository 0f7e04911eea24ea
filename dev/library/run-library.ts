/**
 * npm run library -- [--seeds 11,12,13] [--pipelines A,B] [--burners N] [--lanes N] [--runs FOLDER] [--rejudge]
 *
 * Runs every scenario of the library against correct pipelines of ours, over several seeds, and keeps every record.
 * `--burners` takes the processor away at normal priority meanwhile: nothing may come out broken then. Without burners
 * everything has to be held. `--rejudge` judges the records that are there already and runs only what is missing.
 * Exit code 1 if anything was not as it has to be.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { resultSchema, type Result } from '../../reports/index.ts';
import { listScenarios } from '../../scenarios/schema/load.ts';
import { UserPlace } from '../../harness/testing/brownout.ts';
import { whileBurning } from './burners.ts';

interface Case {
  pipeline: string;
  scenario: string;
  seed: number;
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '11,12,13' },
    pipelines: { type: 'string', default: 'node-red-resilient,node-red-resilient-mosquitto' },
    scenarios: { type: 'string', default: '' },
    burners: { type: 'string', default: '0' },
    lanes: { type: 'string', default: '1' },
    runs: { type: 'string', default: 'runs/library' },
    rejudge: { type: 'boolean', default: false },
  },
});
const burners = Number(values.burners);
const root = path.resolve(values.runs);
mkdirSync(root, { recursive: true });

const library = (await listScenarios()).map(({ name }) => name).filter((name) => name.includes(values.scenarios));
const cases = values.seeds.split(',').flatMap((seed) =>
  values.pipelines.split(',').flatMap((pipeline) => library.map((scenario): Case => ({ pipeline, scenario, seed: Number(seed) }))));

/** What is not as it has to be, in a line; undefined if all is well. */
function complaintAbout(result: Result | undefined): string | undefined {
  if (!result) return 'no result';
  const wrong = burners > 0 ? ['broken'] : ['broken', 'inconclusive'];
  if (!wrong.includes(result.verdict)) return undefined;
  const said = result.guarantees.filter(({ verdict }) => wrong.includes(verdict)).map(({ id, verdict, reason }) => `${id} ${verdict}: ${reason}`);
  return `${result.verdict}: ${said.join('; ') || result.sentence}`;
}

/** What a failure cannot be made to do to this pipeline: the scenario does not apply to it. */
function inapplicable({ notTested, faults }: Result): string | undefined {
  return notTested.find(({ what }) => faults.some(({ kind, target }) => what === `${kind} on ${target}`))?.reason;
}

/** Runs a case, or judges its record anew, in a folder of its own. */
async function resultOf({ pipeline, scenario, seed }: Case): Promise<{ result: Result | undefined; said: string }> {
  const folder = path.join(root, `${pipeline}-${scenario.replaceAll('/', '-')}-${seed}`);
  const known = path.join(folder, 'latest/history.sqlite');
  using place = new UserPlace();
  const args = values.rejudge && existsSync(known) ? ['report', path.dirname(known)] : ['run', pipeline, scenario, '--seed', String(seed), '--runs', folder];
  const { code, stdout, stderr } = await place.brownout([...args, '--json']);
  const left = place.leftovers();
  const parsed = resultSchema.safeParse(stdout === '' ? undefined : JSON.parse(stdout));
  if (left.length > 0) return { result: undefined, said: `left something behind: ${left.join(', ')}` };
  return parsed.success ? { result: parsed.data, said: '' } : { result: undefined, said: `exit code ${code}: ${stderr.trim().split('\n').slice(-3).join(' / ')}` };
}

const tally: Record<string, number> = {};
const complaints: string[] = [];
let next = 0;
async function lane(): Promise<void> {
  while (next < cases.length) {
    const it = cases[next++]!;
    const { result, said } = await resultOf(it);
    const verdict = result ? (inapplicable(result) ? 'not-tested' : result.verdict) : 'failed';
    tally[verdict] = (tally[verdict] ?? 0) + 1;
    const complaint = said || (verdict === 'not-tested' ? undefined : complaintAbout(result));
    const line = `${it.pipeline} ${it.scenario} ${it.seed}: ${complaint ?? verdict}`;
    if (complaint) complaints.push(line);
    console.log(line);
  }
}

await whileBurning(burners, () => Promise.all(Array.from({ length: Number(values.lanes) }, lane)));
console.log(JSON.stringify({ cases: cases.length, burners, ...tally }));
for (const line of complaints) console.log(`NOT RIGHT  ${line}`);
const summary = path.join(root, 'summary.json');
const before: unknown[] = existsSync(summary) ? JSON.parse(readFileSync(summary, 'utf8')) : [];
writeFileSync(summary, JSON.stringify([...before, { cases: cases.length, burners, ...tally, complaints }], undefined, 2));
process.exit(complaints.length > 0 ? 1 : 0);
