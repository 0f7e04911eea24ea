/** One bit per register of the block, and one for the coil. */
export type Registers = number;

/** So many of a client's last rounds say what it needs. */
const MEMORY = 32;
const BITS = 16;

/**
 * What one client is seen to read of a machine between two reads of the number. What it asked for in more than half of
 * its last rounds is part of a reading to it: without that, it may throw the rest away. What it reads less often,
 * such as a tag with a longer period, is not missed in a round that has not asked for it.
 */
export class Habit {
  readonly #recent = new Uint16Array(MEMORY);
  #rounds = 0;
  #needed: Registers = 0;

  get needed(): Registers {
    return this.#needed;
  }

  /** A round is over in which everything was answered in time. */
  note(asked: Registers): void {
    const place = this.#rounds % MEMORY;
    const isSettled = this.#rounds >= MEMORY && this.#recent[place] === asked;
    this.#recent[place] = asked;
    this.#rounds++;
    if (!isSettled) this.#learn(Math.min(this.#rounds, MEMORY));
  }

  #learn(rounds: number): void {
    this.#needed = 0;
    for (let bit = 0; bit < BITS; bit++) {
      let asked = 0;
      for (let round = 0; round < rounds; round++) asked += (this.#recent[round]! >>> bit) & 1;
      if (2 * asked > rounds) this.#needed |= 1 << bit;
    }
  }
}
