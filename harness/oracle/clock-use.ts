import type { Timeline } from './timeline.ts';

/** Nodes whose clock was set off, and of which no process ever looked at it meanwhile, as a half-sentence; else empty. */
export function neverLooked({ faults }: Timeline): string {
  const skewed = faults.filter(({ bite }) => bite?.numbers.looks !== undefined);
  const blind = skewed.filter(({ planned: { target } }) =>
    skewed.every((fault) => fault.planned.target !== target || !looked(fault.bite!.numbers)));
  const nodes = [...new Set(blind.map(({ planned: { target } }) => target))];
  return nodes.length > 0 ? `; no process of ${nodes.join(' and ')} looked at the wall clock while it was off` : '';
}

function looked({ looks = 0, uncounted = 0 }: Record<string, number>): boolean {
  return looks > 0 || uncounted > 0;
}

/** What a skewed clock may have done that a real one would not, for the cause of a broken promise; else empty. */
export function oursPerhaps({ faults }: Timeline): string {
  const waiting = faults.filter(({ bite }) => (bite?.numbers.kernelWaits ?? 0) > 0);
  if (waiting.length === 0) return '';
  const ids = waiting.map(({ planned: { id } }) => id).join(' and ');
  return (
    ` It may also be the harness's doing: during ${ids} the node waited for moments by the wall clock of the kernel, which ` +
    'stays true while that of the node is set off. Such waits end at once or last too long, as they would not with a real clock.'
  );
}
