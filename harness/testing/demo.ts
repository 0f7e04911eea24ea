import { z } from 'zod';
import { resultSchema, type Result } from '../../reports/index.ts';
import type { UserPlace } from './brownout.ts';

/** Runs the demo once; its two results by the name of the pipeline. */
export async function demo(place: UserPlace, seed: number): Promise<{ code: number | null; stderr: string; seconds: number; results: Record<string, Result> }> {
  const startMs = performance.now();
  const { code, stdout, stderr } = await place.brownout(['demo', '--seed', String(seed), '--json']);
  const seconds = (performance.now() - startMs) / 1000;
  const results = z.array(resultSchema).parse(stdout === '' ? [] : JSON.parse(stdout));
  return { code, stderr, seconds, results: Object.fromEntries(results.map((result) => [result.pipeline.name, result])) };
}

/** Ids of the guarantees with this verdict, in the order of the result. */
export function idsWith(result: Result, verdict: string): string[] {
  return result.guarantees.filter((guarantee) => guarantee.verdict === verdict).map(({ id }) => id);
}
