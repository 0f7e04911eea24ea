/** The harness or its surroundings failed, not the pipeline's promise: exit code 3, one clear message, no stack trace. */
export class HarnessProblem extends Error {
  override name = 'HarnessProblem';
  /** What the user can do about it. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** What the pipeline file says is not so: a command that is not there, a field that rows do not have. Exit code 4, as for every mistake in a file. */
export class PipelineMistake extends HarnessProblem {
  override name = 'PipelineMistake';
}

export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** The user pressed Ctrl-C, or the process was told to end: exit code 130, 143 or 129, which is 128 and the signal's number. */
export class Interrupted extends Error {
  override name = 'Interrupted';
  readonly signal: EndingSignal;

  constructor(signal: EndingSignal = 'SIGINT') {
    super('interrupted');
    this.signal = signal;
  }
}
