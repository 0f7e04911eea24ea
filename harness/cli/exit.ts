import { CommanderError } from 'commander';
import { FileProblems } from '../../scenarios/schema/problem.ts';
import { ResultProblem, type Verdict } from '../../reports/index.ts';
import { HistoryError } from '../history/store.ts';
import { HarnessProblem, Interrupted, PipelineMistake } from '../problem.ts';
import { exitCodeOfSignal } from './interrupts.ts';
import { systemProblem } from './system-problem.ts';
import type { Terminal } from './terminal.ts';

/** What the process ends with; 128 and its number after a signal. Documented in the README; scripts rely on it. */
export const EXIT = { held: 0, broken: 1, inconclusive: 2, harnessFailed: 3, usage: 4 } as const;

/** The exit code of several runs together: a broken promise weighs more than what could not be judged, and that more than an open question. */
export function exitCodeOf(verdicts: readonly Verdict[]): number {
  if (verdicts.includes('broken')) return EXIT.broken;
  if (verdicts.includes('error')) return EXIT.harnessFailed;
  return verdicts.every((verdict) => verdict === 'held') ? EXIT.held : EXIT.inconclusive;
}

/** A mistake on the command line that commander itself does not see. */
export class UsageProblem extends Error {
  override name = 'UsageProblem';
}

/** Says what went wrong in the user's words and returns the exit code. Only a bug of ours shows where it is. */
export function explain(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.held : EXIT.usage;
  if (error instanceof Interrupted) {
    terminal.line('brownout: interrupted; everything it had started is ended.');
    return exitCodeOfSignal(error.signal);
  }
  if (error instanceof FileProblems) {
    terminal.line(error.message);
    return EXIT.usage;
  }
  if (error instanceof UsageProblem || error instanceof HistoryError || error instanceof ResultProblem) {
    terminal.line(`brownout: ${error.message}`);
    return EXIT.usage;
  }
  const problem = error instanceof HarnessProblem ? error : systemProblem(error);
  if (problem) {
    terminal.line(`brownout: ${problem.message}`);
    if (problem.hint) terminal.line(`  ${problem.hint}`);
    return problem instanceof PipelineMistake ? EXIT.usage : EXIT.harnessFailed;
  }
  explainBug(error, terminal);
  return EXIT.harnessFailed;
}

/** One line with the place, which is enough to report it; BROWNOUT_DEBUG=1 shows the whole way there. */
function explainBug(error: unknown, terminal: Terminal): void {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const place = /^\s+at (.*)$/m.exec(stack)?.[1] ?? 'an unknown place';
  const message = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
  terminal.line(`brownout: this is a bug of ours, and says nothing about the pipeline: ${message} (at ${place})`);
  if (process.env.BROWNOUT_DEBUG) terminal.line(stack);
  else terminal.line('  Please report it with this line to the authors of Brownout. BROWNOUT_DEBUG=1 shows more.');
}
