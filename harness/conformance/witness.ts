/** Somebody outside who knows nothing of faults and tells what a target looks like. */
export interface Witness<Look> extends Disposable {
  /** Called once before the fault. */
  begin?(): Promise<void>;
  look(): Promise<Look>;
  /** Nothing is wrong with it. */
  isWell(look: Look): boolean;
  words(look: Look): string;
}
