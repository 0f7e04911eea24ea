/** What is wrong with a disk. Counts, so that overlapping faults can end in any order. */
export class DiskTroubles {
  slowMicros = 0;
  /** Writes and syncs that failed or waited longer because of a fault, for its bite. */
  disturbed = 0;
  #full = 0;
  #readOnly = 0;
  #lies = 0;
  readonly #failing: { left: number }[] = [];

  get refusesWrites(): boolean {
    return this.#full > 0 || this.#readOnly > 0;
  }

  /** True if a sync that ends now fails. */
  syncFails(): boolean {
    const failing = this.#failing.find(({ left }) => left > 0);
    if (!failing) return false;
    failing.left--;
    this.disturbed++;
    return true;
  }

  /** True if a sync that ends now says that it is done, and is not. */
  syncLies(): boolean {
    if (this.#lies > 0) this.disturbed++;
    return this.#lies > 0;
  }

  full(): () => void {
    this.#full++;
    return () => this.#full--;
  }

  readOnly(): () => void {
    this.#readOnly++;
    return () => this.#readOnly--;
  }

  /** The next syncs fail. */
  failSyncs(times: number): () => void {
    const failing = { left: times };
    this.#failing.push(failing);
    return () => (failing.left = 0);
  }

  lie(): () => void {
    this.#lies++;
    return () => this.#lies--;
  }

  slowDown(byMicros: number): () => void {
    this.slowMicros += byMicros;
    return () => (this.slowMicros -= byMicros);
  }
}
