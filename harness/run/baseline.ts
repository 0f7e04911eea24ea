import type { RunClock } from '../../simulator/run-clock.ts';
import { HarnessProblem, PipelineMistake } from '../problem.ts';
import type { Flow } from './flow.ts';
import { whereItStopped, type FlowSeen } from './hops.ts';
import { pause, until } from './wait.ts';
import type { Watch } from './watch.ts';

/**
 * Waits until readings of every machine have reached the outlet, then lets data flow undisturbed.
 * Resolves to the time from which readings are judged. Throws HarnessProblem if the flow never begins.
 */
export async function baseline(
  { flow, watch, seen, clock, machines, flowWithinMs, forMs, signal }: { flow: Flow; watch: Watch; seen: () => Promise<FlowSeen>; clock: RunClock; machines: number; flowWithinMs: number; forMs: number; signal: AbortSignal },
): Promise<number> {
  const garbage = () => watch.looks > 0 && watch.lastProblem !== undefined && flow.acknowledged > 0 && isRowProblem(watch.lastProblem);
  const flows = await until(() => flow.devicesSeen.size >= machines || garbage(), { withinMs: flowWithinMs, signal });
  if (garbage()) throw new PipelineMistake(watch.lastProblem!.message, (watch.lastProblem as HarnessProblem).hint);
  if (!flows) throw noFlow(await seen(), flowWithinMs);
  const fromMicros = clock.nowMicros();
  await pause(forMs, signal);
  return fromMicros;
}

/** A row that makes no sense will not make sense later: its mapping is wrong. */
function isRowProblem(problem: Error): boolean {
  return problem instanceof HarnessProblem && problem.hint?.includes('outlet.readings.fields') === true;
}

function noFlow(flow: FlowSeen, flowWithinMs: number): HarnessProblem {
  const { where, fix, seen } = whereItStopped(flow);
  const waited = `data did not flow from end to end within ${flowWithinMs / 1000} s`;
  return new HarnessProblem(`${where}\n  ${waited}. From the machines on, this was seen:\n${seen.map((line) => (line.startsWith(' ') ? `    ${line}` : `    - ${line}`)).join('\n')}`, fix);
}
