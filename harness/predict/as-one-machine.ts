import { runModel, type ModelOutcome, type ModelRun } from '../../simulator/model/model.ts';
import type { Recorder } from '../../simulator/recorder.ts';

/**
 * A run in which nothing ever tells one machine from another: all of them are read in the same rounds, answer together and
 * share each entry of the outbox. So one machine stands for all, its reading as large as theirs together, and what is measured in
 * readings is measured in rounds. The record is that of one machine; where it counts, a round counts for all of them. Time
 * and memory no longer depend on how many there are.
 *
 * Only for plans that fail links and nodes: a failure of a single machine, an alarm or an entry by hand belongs to one of them.
 */
export function asOneMachine(run: ModelRun, recorder: Recorder): ModelOutcome {
  const { machines, bufferReadings, readingBytes, drainReadingsPerSecond } = run.parameters;
  const parameters = {
    ...run.parameters,
    machines: 1,
    bufferReadings: Math.floor(bufferReadings / machines),
    readingBytes: readingBytes * machines,
    drainReadingsPerSecond: drainReadingsPerSecond / machines,
  };
  return runModel({ ...run, parameters }, recorder);
}
