import { CommanderError } from 'commander';
import { FileProblems } from '../../scenarios/schema/problem.ts';
import { ResultProblem, type Verdict } from '../../reports/index.ts';
import { HistoryError } from '../history/store.ts';
import { HarnessProblem, Interrupted } from '../problem.ts';
import type { Terminal } from './terminal.ts';

/** What the process ends with. Documented in the README; scripts rely on it. */
export const EXIT = { held: 0, broken: 1, inconclusive: 2, harnessFailed: 3, usage: 4, interrupted: 130 } as const;

/** The exit code of several runs together: a broken promise weighs more than an open question. */
export function exitCodeOf(verdicts: readonly Verdict[]): number {
  if (verdicts.includes('broken')) return EXIT.broken;
  return verdicts.every((verdict) => verdict === 'held') ? EXIT.held : EXIT.inconclusive;
}

/** A mistake on the command line that commander itself does not see. */
export class UsageProblem extends Error {
  override name = 'UsageProblem';
}

/** Says what went wrong in the user's words and returns the exit code. Only a bug of ours shows a stack trace. */
export function explain(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.held : EXIT.usage;
  if (error instanceof Interrupted) {
    terminal.line('brownout: interrupted; everything it had started is ended.');
    return EXIT.interrupted;
  }
  if (error instanceof FileProblems) {
    terminal.line(error.message);
    return EXIT.usage;
  }
  if (error instanceof UsageProblem || error instanceof HistoryError || error instanceof ResultProblem) {
    terminal.line(`brownout: ${error.message}`);
    return EXIT.usage;
  }
  if (error instanceof HarnessProblem) {
    terminal.line(`brownout: ${error.message}`);
    if (error.hint) terminal.line(`  ${error.hint}`);
    return EXIT.harnessFailed;
  }
  terminal.line(`brownout: this is a bug of ours: ${error instanceof Error ? error.stack : String(error)}`);
  return EXIT.harnessFailed;
}
