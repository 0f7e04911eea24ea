import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageProblem } from './exit.ts';

/** The history file of a run that was named on the command line: its folder, or the file itself. Throws UsageProblem. */
export function historyOf(run: string): string {
  if (!existsSync(run)) throw new UsageProblem(`no such run: ${run}. Runs are in the folder runs, unless --runs said otherwise.`);
  const file = statSync(run).isDirectory() ? path.join(run, 'history.sqlite') : run;
  if (!existsSync(file)) throw new UsageProblem(`${run} holds no history.sqlite, so it is not the folder of a run that was recorded to its end.`);
  return file;
}
