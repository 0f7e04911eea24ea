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

/** The user pressed Ctrl-C, or the process was told to end: exit code 130. */
export class Interrupted extends Error {
  override name = 'Interrupted';
  constructor() {
    super('interrupted');
  }
}
