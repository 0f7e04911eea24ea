import fc from 'fast-check';
import { USUAL, type Parameters } from '../../simulator/model/parameters.ts';
import type { Course } from '../../simulator/model/plan.ts';
import type { PlannedFault } from '../schema/scenario.ts';
import { arbitraryFault } from './fault.ts';

/** Everything that one run in virtual time depends on. */
export interface VirtualScenario {
  seed: number;
  parameters: Parameters;
  course: Course;
  plan: PlannedFault[];
}

/** Scenarios of a few faults of any kind, overlapping, on plants and pipelines of any shape that could keep its promises. */
export function arbitraryScenario(): fc.Arbitrary<VirtualScenario> {
  return fc
    .tuple(fc.nat(0xffff_ffff), arbitraryParameters(), arbitraryCourse())
    .chain(([seed, parameters, course]) =>
      fc.array(arbitraryFault(parameters), { minLength: 1, maxLength: 5, size: 'max' }).map((faults) => ({
        seed, parameters, course,
        plan: faults.flat().map((fault, i) => ({ ...fault, id: `${i + 1}-${fault.kind}-${fault.target}` })),
      })),
    );
}

function arbitraryParameters(): fc.Arbitrary<Parameters> {
  return fc
    .record({
      machines: fc.integer({ min: 1, max: 5 }),
      periodMs: fc.constantFrom(100, 200, 500),
      gatewayCommitMs: fc.integer({ min: 1, max: 40 }),
      cloudCommitMs: fc.integer({ min: 1, max: 60 }),
      uplinkLatencyMs: fc.integer({ min: 1, max: 80 }),
      windowMessages: fc.constantFrom(8, 16, 64),
      drainFactor: fc.constantFrom(2, 20),
      /** Full within the longest outages, or never. */
      bufferReadings: fc.constantFrom(150, 400, 1_000_000),
    })
    .map(({ drainFactor, ...drawn }) => ({
      ...USUAL,
      ...drawn,
      gapAfterMs: Math.max(500, 5 * drawn.periodMs),
      drainReadingsPerSecond: (drainFactor * drawn.machines * 1000) / drawn.periodMs,
    }));
}

function arbitraryCourse(): fc.Arbitrary<Course> {
  return fc.record({
    baselineMs: fc.integer({ min: 1000, max: 3000 }),
    settleMs: fc.integer({ min: 3000, max: 8000 }),
    drainMs: fc.constant(10_000),
    quietDrain: fc.boolean(),
  });
}
