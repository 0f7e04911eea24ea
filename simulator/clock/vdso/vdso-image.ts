import { readFileSync } from 'node:fs';
import type { ProcessMemory } from './process-memory.ts';
import { MAGIC, MAKES_PAGE, POINTS_TO_DATA, ROUTINE, STANDS_FOR, routineAt, type Entry } from './routine.ts';

const ELF = 0x7f454c46;
const X86_64 = 62;
const DT = { strings: 5, symbols: 6 };
const SYMBOL_BYTES = 24;

/** The code that the kernel maps into every process so that it can look at the clock without entering the kernel. */
export class VdsoImage {
  readonly #memory: ProcessMemory;
  readonly #at: number;
  readonly #image: Buffer;
  /** Where in the image the routine stands, or can stand. */
  readonly #place: number;

  private constructor(memory: ProcessMemory, at: number, image: Buffer) {
    this.#memory = memory;
    this.#at = at;
    this.#image = image;
    this.#place = placeIn(image);
  }

  /** Throws if the process has none, or one of another sort, or one without room. */
  static of(pid: number, memory: ProcessMemory): VdsoImage {
    const line = /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m.exec(readFileSync(`/proc/${pid}/maps`, 'latin1'));
    if (!line) throw Object.assign(new Error('it has no vDSO'), { code: 'ENODEV' });
    const at = Number.parseInt(line[1]!, 16);
    const image = memory.read(at, Number.parseInt(line[2]!, 16) - at);
    if (image.readUInt32BE(0) !== ELF || image[4] !== 2 || image.readUInt16LE(18) !== X86_64) throw new Error('it is no 64-bit program for x86-64');
    return new VdsoImage(memory, at, image);
  }

  /** Where its page of data is; undefined if the routine does not stand in it, or has no page yet. */
  get dataAddress(): number | undefined {
    if (this.#image.toString('latin1', this.#place, this.#place + MAGIC.length) !== MAGIC) return undefined;
    return Number(this.#image.readBigUInt64LE(this.#place + POINTS_TO_DATA)) || undefined;
  }

  /** Puts the routine into the unused end of the image, where nobody calls it yet. Returns the address of what makes its page. */
  placeRoutine(): number {
    const own = Object.fromEntries([...symbolsOf(this.#image)].flatMap(({ name, value }) => (name in STANDS_FOR ? [[name, this.#at + value]] : [])));
    if (!('__vdso_clock_gettime' in own)) throw new Error('its vDSO has no __vdso_clock_gettime');
    const address = this.#at + this.#place;
    this.#memory.write(address, routineAt(address, own));
    return address + MAKES_PAGE;
  }

  /** Leads the names of the vDSO to the routine. Works before the program has looked them up: before its first instruction. */
  leadToRoutine(dataAddress: number): void {
    const pointer = Buffer.alloc(8);
    pointer.writeBigUInt64LE(BigInt(dataAddress));
    this.#memory.write(this.#at + this.#place + POINTS_TO_DATA, pointer);
    for (const { name, at } of symbolsOf(this.#image)) {
      const entry = (name.startsWith('__vdso_') ? name : `__vdso_${name}`) as Entry; // there are weak names as well
      if (!(entry in STANDS_FOR)) continue;
      const value = Buffer.alloc(8);
      value.writeBigUInt64LE(BigInt(this.#place + STANDS_FOR[entry]));
      this.#memory.write(this.#at + at + 8, value);
    }
  }
}

const int = (image: Buffer, at: number) => Number(image.readBigUInt64LE(at));

/** The unused end of the image: behind the section headers, which debuggers read, else over them: nothing at run time does. */
function placeIn(image: Buffer): number {
  const headers = int(image, 40) + image.readUInt16LE(60) * image.readUInt16LE(58);
  const loaded = Math.max(...segmentsOf(image, 1).map(({ offset, bytes }) => offset + bytes));
  for (const end of [Math.max(loaded, headers), loaded]) {
    const place = Math.ceil(end / 64) * 64;
    if (place + ROUTINE.length <= image.length) return place;
  }
  throw new Error('there is no room in its vDSO');
}

function segmentsOf(image: Buffer, type: number): { offset: number; bytes: number }[] {
  const headers = Array.from({ length: image.readUInt16LE(56) }, (_, index) => int(image, 32) + index * 56);
  return headers.filter((at) => image.readUInt32LE(at) === type).map((at) => ({ offset: int(image, at + 8), bytes: int(image, at + 32) }));
}

/** Every name that the image exports, where its entry stands, and what it leads to. The image is linked at 0. */
function* symbolsOf(image: Buffer): Generator<{ name: string; at: number; value: number }> {
  const dynamic = new Map<number, number>();
  for (let at = segmentsOf(image, 2)[0]!.offset; int(image, at) !== 0; at += 16) dynamic.set(int(image, at), int(image, at + 8));
  const strings = dynamic.get(DT.strings)!;
  for (let at = dynamic.get(DT.symbols)!; at + SYMBOL_BYTES <= strings; at += SYMBOL_BYTES) {
    const name = strings + image.readUInt32LE(at);
    yield { name: image.toString('latin1', name, image.indexOf(0, name)), at, value: int(image, at + 8) };
  }
}
