/** One mistake in a file of the user's, at its exact place. */
export interface FileProblem {
  /** As the user would type it: relative to where they stand, if it is below. */
  file: string;
  /** Counted from 1, as is `column`. */
  line: number;
  column: number;
  /** What is wrong, in a few words. */
  message: string;
  expected?: string;
  /** The valid word or value that comes closest to what is there. */
  nearest?: string;
  /** The line of the file that it is about; left out if the problem is the whole file. */
  sourceLine?: string;
}

/** All mistakes found in a file. Its message is meant to be shown as it is, without a stack. */
export class FileProblems extends Error {
  override name = 'FileProblems';
  readonly problems: FileProblem[];

  constructor(problems: FileProblem[]) {
    const ordered = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
    super(formatProblems(ordered));
    this.problems = ordered;
  }
}

/** Throws FileProblems if there are any. */
export function refuse(problems: FileProblem[]): void {
  if (problems.length > 0) throw new FileProblems(problems);
}

/** A problem of a file as a whole: it is not there, it is a folder, it cannot be read. */
export function wholeFile(file: string, problem: Pick<FileProblem, 'message' | 'expected' | 'nearest'>): FileProblems {
  return new FileProblems([{ file, line: 1, column: 1, ...problem }]);
}

const SHOWN = 20;

function formatProblems(problems: FileProblem[]): string {
  const shown = problems.slice(0, SHOWN).map(formatProblem);
  if (problems.length > SHOWN) shown.push(`... and ${problems.length - SHOWN} more`);
  return shown.join('\n');
}

/** `file:line:column: message`, and below it the line of the file with a caret. */
export function formatProblem(problem: FileProblem): string {
  const expected = problem.expected ? `; expected ${problem.expected}` : '';
  const nearest = problem.nearest ? `; did you mean ${problem.nearest}?` : '';
  const text = printable(`${problem.message}${expected}${nearest}`);
  if (problem.sourceLine === undefined) return `${printable(problem.file)}: ${text}`;
  return `${printable(problem.file)}:${problem.line}:${problem.column}: ${text}\n${excerpt(problem)}`;
}

const WIDTH = 110;

/** The line with a caret below; of a long line, the part around the place. */
function excerpt({ line, column, sourceLine = '' }: FileProblem): string {
  const from = Math.max(0, Math.min(column - 1 - WIDTH / 2, sourceLine.length - WIDTH));
  const part = printable(sourceLine.slice(from, from + WIDTH).replaceAll('\t', ' '));
  const gutter = String(line).padStart(5);
  return `${gutter} | ${part}\n${' '.repeat(gutter.length)} | ${' '.repeat(column - 1 - from)}^`;
}

/** Nothing in a file may move the cursor or colour the terminal of the person who checks it. */
function printable(text: string): string {
  return text.replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
