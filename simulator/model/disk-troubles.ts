/** What is wrong with a disk. Counts, so that overlapping faults can end in any order. */
export class DiskTroubles {
  slowMicros = 0;
  /** Writes and syncs that failed or waited longer because of a fault, for its bite. */
  disturbed = 0;
  #full = 0;
  #readOnly = 0;
  #failingSyncs = 0;

  get refusesWrites(): boolean {
    return this.#full > 0 || this.#readOnly > 0;
  }

  get failsSyncs(): boolean {
    return this.#failingSyncs > 0;
  }

  full(): () => void {
    this.#full++;
    return () => this.#full--;
  }

  readOnly(): () => void {
    this.#readOnly++;
    return () => this.#readOnly--;
  }

  failSyncs(): () => void {
    this.#failingSyncs++;
    return () => this.#failingSyncs--;
  }

  slowDown(byMicros: number): () => void {
    this.slowMicros += byMicros;
    return () => (this.slowMicros -= byMicros);
  }
}
