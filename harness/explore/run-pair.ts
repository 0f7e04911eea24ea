import { resultSchema } from '../../reports/index.ts';
import type { UserPlace } from '../testing/brownout.ts';
import { randomPair, type Failure } from './pairs.ts';

/** Runs one pair of failures against a pipeline in a place of its own; what came of it, and that in a line. */
export async function runPair(place: UserPlace, pipeline: string, failures: readonly Failure[], seed: number): Promise<{ verdict: string; line: string }> {
  place.write('pair.yaml', randomPair(failures, seed));
  const { code, stdout, stderr } = await place.brownout(['run', pipeline, 'pair.yaml', '--seed', String(seed), '--json']);
  const parsed = resultSchema.safeParse(stdout === '' ? undefined : JSON.parse(stdout));
  const left = place.leftovers();
  if (!parsed.success) return { verdict: 'failed', line: `pair ${seed}: exit code ${code}: ${stderr.trim().split('\n').slice(-3).join(' / ')}` };
  const { verdict, faults, guarantees } = parsed.data;
  const said = guarantees.filter((it) => it.verdict === 'broken' || it.verdict === 'inconclusive').map((it) => `${it.id} ${it.verdict}: ${it.reason}`);
  const what = faults.map(({ kind, target, fromMs, toMs }) => `${kind} on ${target} ${Math.round(fromMs)}-${Math.round(toMs)}`).join(' + ');
  return { verdict: left.length > 0 ? 'left something behind' : verdict, line: `pair ${seed}: ${verdict}; ${what}${said.length > 0 ? `; ${said.join('; ')}` : ''}${left.join(' ')}` };
}
