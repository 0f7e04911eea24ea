import type { Terminal } from './terminal.ts';

/** One thing that a run needs, or is better off with. */
export interface Check {
  what: string;
  found: string;
  ok: boolean;
  /** False: a run goes without, with less. */
  needed: boolean;
  why: string;
  fix: string;
}

export function renderDoctor(checks: readonly Check[], terminal: Terminal): string {
  const width = Math.max(...checks.map((check) => check.what.length));
  return checks
    .map((check) => {
      const mark = check.ok ? terminal.style('green', '✓') : check.needed ? terminal.style('red', '✗') : terminal.style('yellow', '!');
      const remedy = check.ok ? '' : `\n  ${' '.repeat(width)}  needed because: ${check.why}\n  ${' '.repeat(width)}  fix: ${check.fix}`;
      return `${mark} ${check.what.padEnd(width)}  ${check.found}${remedy}`;
    })
    .join('\n');
}
