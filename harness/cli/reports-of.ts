import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderHtml, renderJson, renderJunit, renderMarkdown, type Result } from '../../reports/index.ts';
import { readHistory } from '../history/read.ts';
import { judge } from '../oracle/judge.ts';
import { toResult } from '../oracle/result.ts';
import { HarnessProblem } from '../problem.ts';
import { systemProblem } from './system-problem.ts';

/** The result of a recorded run, from nothing but its history. */
export function judgeRun(historyFile: string): Result {
  const history = readHistory(historyFile);
  return toResult(history, judge(history));
}

const REPORTS: Record<string, (result: Result) => string> = {
  'result.json': renderJson,
  'junit.xml': renderJunit,
  'summary.md': renderMarkdown,
  'report.html': renderHtml,
};

/** Writes every report of a result into a folder: all of them or, where one cannot be written, none. Throws HarnessProblem. */
export function writeReports(result: Result, folder: string): void {
  const files = Object.keys(REPORTS).map((name) => ({ name, made: path.join(folder, `.${name}.${process.pid}`), file: path.join(folder, name) }));
  try {
    for (const { name, made, file } of files) {
      if (lstatSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new HarnessProblem(`${file} cannot be written: there is a folder in its place`);
      writeFileSync(made, REPORTS[name]!(result));
    }
    for (const { made, file } of files) renameSync(made, file);
  } catch (error) {
    const problem = error instanceof HarnessProblem ? error : systemProblem(error);
    if (!problem) throw error;
    throw new HarnessProblem(`no reports in ${folder}: ${problem.message}`, `The record is whole: brownout report ${folder} judges it again.`);
  } finally {
    for (const { made } of files) rmSync(made, { force: true });
  }
}
