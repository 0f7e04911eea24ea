/** Something to do at a moment of virtual time. Moments that are equal happen in the order they were planned in. */
interface Planned {
  atMicros: number;
  order: number;
  act: () => void;
}

/** Virtual time: a binary heap of things to do. Nothing in it ever waits, sleeps or looks at a real clock. */
export class EventLoop {
  nowMicros = 0;
  happened = 0;
  #order = 0;
  readonly #heap: Planned[] = [];

  /** Moments are whole microseconds: a fraction would sooner or later be too small to move the clock on. */
  at(atMicros: number, act: () => void): void {
    const planned: Planned = { atMicros: Math.max(Math.ceil(atMicros), this.nowMicros), order: this.#order++, act };
    const heap = this.#heap;
    let at = heap.length;
    heap.push(planned);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(planned, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = planned;
  }

  after(delayMicros: number, act: () => void): void {
    this.at(this.nowMicros + Math.ceil(delayMicros), act);
  }

  /** Lets everything happen that is planned until then, and leaves the clock there. */
  runUntil(untilMicros: number): void {
    while (this.#heap.length > 0 && this.#heap[0]!.atMicros <= untilMicros) {
      const next = this.#takeFirst();
      this.nowMicros = next.atMicros;
      this.happened++;
      next.act();
    }
    this.nowMicros = Math.max(this.nowMicros, untilMicros);
  }

  #takeFirst(): Planned {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    const size = heap.length;
    if (size === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.atMicros < b.atMicros || (a.atMicros === b.atMicros && a.order < b.order);
}
