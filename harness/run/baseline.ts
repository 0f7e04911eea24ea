import type { RunClock } from '../../simulator/run-clock.ts';
import { HarnessProblem, PipelineMistake } from '../problem.ts';
import type { Flow } from './flow.ts';
import { pause, until } from './wait.ts';
import type { Watch } from './watch.ts';

/**
 * Waits until readings of every machine have reached the outlet, then lets data flow undisturbed.
 * Resolves to the time from which readings are judged. Throws HarnessProblem if the flow never begins.
 */
export async function baseline(
  { flow, watch, clock, machines, flowWithinMs, forMs, signal }: { flow: Flow; watch: Watch; clock: RunClock; machines: number; flowWithinMs: number; forMs: number; signal: AbortSignal },
): Promise<number> {
  const garbage = () => watch.looks > 0 && watch.lastProblem !== undefined && flow.acknowledged > 0 && isRowProblem(watch.lastProblem);
  const flows = await until(() => flow.devicesSeen.size >= machines || garbage(), { withinMs: flowWithinMs, signal });
  if (garbage()) throw new PipelineMistake(watch.lastProblem!.message, (watch.lastProblem as HarnessProblem).hint);
  if (!flows) throw noFlow(flow, watch, { machines, flowWithinMs });
  const fromMicros = clock.nowMicros();
  await pause(forMs, signal);
  return fromMicros;
}

/** A row that makes no sense will not make sense later: its mapping is wrong. */
function isRowProblem(problem: Error): boolean {
  return problem instanceof HarnessProblem && problem.hint?.includes('outlet.readings.fields') === true;
}

function noFlow(flow: Flow, watch: Watch, { machines, flowWithinMs }: { machines: number; flowWithinMs: number }): HarnessProblem {
  const waited = `waited ${flowWithinMs / 1000} s`;
  if (flow.acknowledged === 0) {
    return new HarnessProblem(
      `no machine was ever read (${waited})`,
      'Does the gateway connect to ${link.plant.ports}? Look at its log.',
    );
  }
  if (watch.looks === 0 && watch.lastProblem) {
    return new HarnessProblem(`the outlet could not be read (${waited}): ${watch.lastProblem.message}`, 'Check outlet.readings in the pipeline file.');
  }
  const seen = [...flow.devicesSeen].toSorted();
  return new HarnessProblem(
    `${flow.acknowledged} readings were taken from the machines, but the outlet shows ${
      seen.length === 0 ? 'none' : `only ${seen.length} of ${machines} devices (${seen.slice(0, 5).join(', ')})`
    } (${waited})`,
    seen.length === 0
      ? 'Does data pass the broker and the ingest? Look at the logs of the nodes.'
      : 'Devices at the outlet must be named machine-1, machine-2, ... as in the order of ${link.plant.ports}.',
  );
}
