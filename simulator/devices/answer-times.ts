/** How soon the answers of the machines on one link came, and how much of that was this process's own doing. */
export class AnswerTimes {
  readonly #patienceMicros: number;
  #answers = 0;
  #late = 0;
  #lateByUs = 0;
  #ownMicros = 0;
  #longestOwnMicros = 0;

  constructor(patienceMicros: number) {
    this.#patienceMicros = patienceMicros;
  }

  /** Returns whether the answer was in time. `heldMicros`: for how long failures withheld it or its request. */
  note({ wholeMicros, heldMicros }: { wholeMicros: number; heldMicros: number }): boolean {
    const ownMicros = Math.max(0, wholeMicros - heldMicros);
    const inTime = wholeMicros <= this.#patienceMicros;
    this.#answers++;
    this.#ownMicros += ownMicros;
    this.#longestOwnMicros = Math.max(this.#longestOwnMicros, ownMicros);
    if (!inTime) this.#late++;
    if (!inTime && heldMicros <= this.#patienceMicros) this.#lateByUs++;
    return inTime;
  }

  /** For the record; undefined where nobody was answered. */
  get sums() {
    if (this.#answers === 0) return undefined;
    return {
      answers: this.#answers,
      late: this.#late,
      lateByHarness: this.#lateByUs,
      ownDelayMeanMicros: Math.round(this.#ownMicros / this.#answers),
      ownDelayLongestMicros: this.#longestOwnMicros,
    };
  }
}
