import path from 'node:path';
import { FaketimeClock, faketimeLibrary } from '../../simulator/clock/faketime-clock.ts';
import { NodeClock } from '../../simulator/clock/node-clock.ts';
import type { SkewableClock } from '../../simulator/clock/skewable-clock.ts';
import { vdsoObstacle } from '../../simulator/clock/vdso/obstacle.ts';
import { perlProgram } from '../../simulator/clock/vdso/perl.ts';
import { VdsoClock } from '../../simulator/clock/vdso/vdso-clock.ts';
import type { FaultableNode } from '../../simulator/faults/fault.ts';
import type { RunClock } from '../../simulator/run-clock.ts';
import type { Pipeline, PipelineNode } from '../../scenarios/schema/pipeline.ts';
import type { PlannedFault } from '../../scenarios/schema/scenario.ts';
import { isNodeProgram } from './node-specs.ts';

/** How the clock of a node can be skewed, or why it cannot. */
export interface NodeClockOf {
  clock?: SkewableClock;
  clockObstacle?: FaultableNode['clockObstacle'];
}

/** A clock for every node whose clock the plan skews; the others start as they would without Brownout. */
export async function clocksOf(
  { nodes }: Pipeline,
  { plan, workFolder, clock }: { plan: readonly PlannedFault[]; workFolder: string; clock: RunClock },
): Promise<Map<string, NodeClockOf>> {
  const isSkewed = (name: string) => plan.some(({ family, target, params }) => target === name && (family === 'clock' || 'clock' in params));
  const skewed = Object.entries(nodes).filter(([name]) => isSkewed(name));
  if (skewed.length === 0) return new Map();
  const obstacle = await vdsoObstacle();
  if (obstacle === undefined) return new Map(skewed.map(([name]) => [name, { clock: new VdsoClock(perlProgram()!, clock) }]));
  return new Map(skewed.map(([name, node]) => [name, fallback(node, path.join(workFolder, `${name}.clock`), clock, obstacle)]));
}

/** Where no vDSO can be reached: the Date of a Node.js program, and libfaketime for any other. */
function fallback(node: PipelineNode, folder: string, clock: RunClock, obstacle: string): NodeClockOf {
  if (isNodeProgram(node)) return { clock: new NodeClock(folder, clock) };
  const library = faketimeLibrary();
  if (library !== undefined) return { clock: new FaketimeClock(folder, clock, library) };
  const fix = 'apt-get install perl-base and allow it to trace, on x86-64; or apt-get install libfaketime; or say `runtime: node` if it is a Node.js program';
  return { clockObstacle: { reason: obstacle, fix } };
}
