import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderHtml, renderJson, renderJunit, renderMarkdown, type Result } from '../../reports/index.ts';
import { readHistory } from '../history/read.ts';
import { judge } from '../oracle/judge.ts';
import { toResult } from '../oracle/result.ts';

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

/** Writes every report of a result into a folder. */
export function writeReports(result: Result, folder: string): void {
  for (const [file, render] of Object.entries(REPORTS)) writeFileSync(path.join(folder, file), render(result));
}
