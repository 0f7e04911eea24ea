import type { Result } from '../reports/index.ts';

/**
 * Whether a promise was left open by the harness's own doing: this machine had no time for it. Nothing is said of the
 * pipeline then, and the run has to be repeated.
 */
export function wasDisturbed(result: Result | undefined): boolean {
  if (result?.verdict !== 'inconclusive') return false;
  return result.guarantees.some(({ verdict, reason }) => verdict === 'inconclusive' && reason.includes('the harness itself'));
}

/** Runs something until it was not disturbed, three times at most. */
export async function undisturbed<Run>(run: () => Promise<Run>, resultOf: (run: Run) => Result | undefined): Promise<Run> {
  for (let attempt = 1; ; attempt++) {
    const ended = await run();
    if (attempt === 3 || !wasDisturbed(resultOf(ended))) return ended;
  }
}
