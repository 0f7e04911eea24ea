/** One fault on the timeline: what `scenarios/schema` plans, said here again since nothing here may import it. */
export interface PlannedFault {
  id: string;
  kind: string;
  family: string;
  target: string;
  /** Milliseconds after the end of the baseline. */
  atMs: number;
  forMs: number;
  params: Record<string, unknown>;
}

/** When a run in virtual time does what. */
export interface Course {
  baselineMs: number;
  /** How long the plant goes on after the last failure. */
  settleMs: number;
  /** How long the pipeline may take, after that, to deliver what it holds; with a watcher, how much longer than it claims. */
  drainMs: number;
  /** The machines fall silent after the settling: nothing new comes to push the backlog on. */
  quietDrain: boolean;
}

/** A number of a fault's parameters. */
export function numberOf(fault: PlannedFault, name: string, otherwise: number): number {
  const value = fault.params[name] ?? otherwise;
  if (typeof value !== 'number') throw new TypeError(`${fault.id}: ${name} has to be a number, not ${JSON.stringify(value)}`);
  return value;
}
