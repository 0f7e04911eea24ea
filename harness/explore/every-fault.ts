import { faultKinds } from '../../simulator/faults/registry.ts';
import { resultSchema } from '../../reports/index.ts';
import type { UserPlace } from '../testing/brownout.ts';
import { companionOf } from './companion.ts';
import type { Failure } from './pairs.ts';

/** One kind of failure at one target of the reference pipeline. */
export interface Case {
  kind: string;
  target: string;
  failure: Failure;
}

/** What came of it: the bite as it was measured, whether it healed, and how the reference took it. */
export interface Outcome {
  kind: string;
  target: string;
  bite: string;
  proven: boolean;
  healed: boolean;
  verdict: string;
}

const TARGETS = { link: ['uplink', 'downlink', 'plant'], node: ['gateway', 'ingest'], broker: ['broker'], 'time-server': ['time-server'] } as const;
const LASTS_MS = 3000;
const AT_MS = 1000;

/** Every kind at every target of its sort, with the parameters that the library gives it. */
export function casesOf(failures: readonly Failure[]): Case[] {
  return faultKinds.flatMap(({ kind, target: sort }) => {
    const example = failures.find(({ fault }) => fault === kind) ?? { fault: kind, target: '', for: LASTS_MS };
    return TARGETS[sort].map((target) => ({ kind, target, failure: { ...example, target } }));
  });
}

/** Runs one case against the reference, in a place of its own. */
export async function runCase(place: UserPlace, { kind, target, failure }: Case): Promise<Outcome> {
  place.write('case.yaml', scenarioOf(kind, target, failure));
  const { code, stdout, stderr } = await place.brownout(['run', 'node-red-resilient', 'case.yaml', '--seed', '1', '--json']);
  const parsed = resultSchema.safeParse(stdout === '' ? undefined : JSON.parse(stdout));
  if (!parsed.success) return { kind, target, bite: `exit code ${code}: ${stderr.trim().split('\n').at(-1)}`, proven: false, healed: false, verdict: 'not run' };
  const fault = parsed.data.faults[0]!;
  const broken = parsed.data.guarantees.filter(({ verdict }) => verdict === 'broken').map(({ id }) => id);
  const verdict = parsed.data.verdict === 'broken' ? `broken: ${broken.join(', ')}` : parsed.data.verdict;
  const notTested = parsed.data.notTested.find(({ what }) => what === `${kind} on ${target}`);
  return { kind, target, bite: notTested ? `not tested: ${notTested.reason}` : fault.bite.detail, proven: fault.bite.proven, healed: fault.healed, verdict };
}

function scenarioOf(kind: string, target: string, { for: forMs, ...failure }: Failure): string {
  const companion = companionOf(failure, AT_MS);
  const faults = [{ ...failure, at: `${AT_MS}ms`, ...(forMs > 0 ? { for: `${LASTS_MS}ms` } : {}) }, ...(companion ? [companion] : [])];
  return JSON.stringify({ version: 1, name: `${kind}-${target}`, faults, settle: '3s', drain: '20s' });
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The outcomes as a page of the docs. */
export function pageOf(outcomes: readonly Outcome[], { version, node }: { version: string; node: string }): string {
  const rows = outcomes.map(({ kind, target, bite, proven, healed, verdict }) => `| ${kind} | ${target} | ${proven ? '✓' : '–'} ${cell(bite)} | ${healed ? '✓' : '–'} | ${verdict} |`);
  return `<!-- Written by \`npm run every-fault\`, from live runs. -->
# The reference under every fault

Every kind of failure at every target of its sort in the resilient reference pipeline: its bite in that run, whether it
healed verifiably, and how the reference took it. A kind that had nothing to bite at a target says so; its run is then
inconclusive. What a stranger sees of each kind stands in [conformance.md](conformance.md).

Brownout ${version}, Node.js ${node}.

| kind | target | bite | healed | reference |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
